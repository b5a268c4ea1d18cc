"""The ground floor: settings, people, ledger, audit, admin site, and the database's common machinery."""
