"""The regulator's codes that are numbers, with short names in both languages.

Source: FINTRAC Report Ingest API 1.0.0 (the values); the names are this project's wording. A test holds the values
against the description where it is at hand.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self


class Code(IntEnum):
    """A number with an English and a French name."""

    en: str
    fr: str

    def __new__(cls, value: int, en: str, fr: str) -> Self:
        member = int.__new__(cls, value)
        member._value_ = value
        member.en = en
        member.fr = fr
        return member

    @classmethod
    def of(cls, value: int | None) -> Self | None:
        """The code with this number; None of None. Raises ValueError for a number that is no code."""
        return None if value is None else cls(value)  # type: ignore[call-arg]


class ReportType(Code):
    LVCTR = 14, "Large virtual currency transaction report", "Déclaration d'opérations importantes en monnaie virtuelle"
    STR = 102, "Suspicious transaction report", "Déclaration d'opérations douteuses"
    LCTR = 106, "Large cash transaction report", "Déclaration d'opérations importantes en espèces"
    CDR = 113, "Casino disbursement report", "Déclaration relative à un déboursement de casino"
    EFTR = 145, "Electronic funds transfer report", "Déclaration de télévirements"


class SubmitType(Code):
    SUBMIT = 1, "Submit", "Soumettre"
    CHANGE = 2, "Change", "Modifier"
    DELETE = 5, "Delete", "Supprimer"


class DeleteReason(Code):
    DUPLICATE = 3, "Duplicate", "Doublon"
    SUBMITTED_IN_ERROR = 4, "Submitted in error", "Soumise par erreur"


class ActivitySector(Code):
    ACCOUNTANT = 1, "Accountant", "Comptable"
    BANK = 2, "Bank", "Banque"
    CAISSE_POPULAIRE = 3, "Caisse populaire", "Caisse populaire"
    CROWN_AGENT = 4, "Crown agent", "Mandataire de Sa Majesté"
    CASINO = 5, "Casino", "Casino"
    COOPERATIVE_CREDIT_SOCIETY = 6, "Co-operative credit society", "Coopérative de crédit"
    LIFE_INSURANCE_AGENT = 9, "Life insurance broker or agent", "Courtier ou agent d'assurance-vie"
    LIFE_INSURANCE_COMPANY = 10, "Life insurance company", "Société d'assurance-vie"
    MONEY_SERVICES = 11, "Money services business", "Entreprise de services monétaires"
    PROVINCIAL_SAVINGS = 12, "Provincial savings office", "Caisse d'épargne provinciale"
    REAL_ESTATE = 13, "Real estate", "Immobilier"
    CREDIT_UNION = 14, "Credit union", "Caisse d'épargne et de crédit"
    SECURITIES_DEALER = 15, "Securities dealer", "Courtier en valeurs mobilières"
    TRUST_OR_LOAN = 16, "Trust or loan company", "Société de fiducie ou de prêt"
    BC_NOTARY = 17, "British Columbia notary", "Notaire de la Colombie-Britannique"
    PRECIOUS_METALS = 18, "Dealer in precious metals and stones", "Négociant en métaux précieux et pierres précieuses"
    CREDIT_UNION_CENTRAL = 19, "Credit union central", "Centrale de caisses de crédit"
    FINANCIAL_COOPERATIVE = 20, "Financial services cooperative", "Coopérative de services financiers"
    FOREIGN_MONEY_SERVICES = 21, "Foreign money services business", "Entreprise étrangère de services monétaires"
    MORTGAGE_ADMINISTRATOR = 22, "Mortgage administrator", "Administrateur hypothécaire"
    MORTGAGE_BROKER = 24, "Mortgage broker", "Courtier hypothécaire"
    MORTGAGE_LENDER = 25, "Mortgage lender", "Prêteur hypothécaire"
    FACTOR = 26, "Factor", "Affactureur"
    FINANCING_OR_LEASING = 27, "Financing or leasing entity", "Entité de financement ou de bail"
    TITLE_INSURER = 28, "Title insurer", "Assureur de titres"


class AggregationType(Code):
    BENEFICIARY = 1, "Beneficiary", "Bénéficiaire"
    CONDUCTOR = 2, "Conductor", "Personne qui effectue l'opération"
    ON_BEHALF_OF = 3, "On behalf of a third party", "Pour le compte d'un tiers"
    NOT_APPLICABLE = 4, "Not applicable", "Sans objet"


class MinisterialDirective(StrEnum):
    IR2020 = "IR2020"


class DefinitionType(Code):
    PERSON_NAME = 1, "Person, name only", "Personne, nom seulement"
    ENTITY_NAME = 2, "Entity, name only", "Entité, nom seulement"
    PERSON_DETAILS = 3, "Person, details", "Personne, renseignements"
    ENTITY_DETAILS = 4, "Entity, details", "Entité, renseignements"
    PERSON_AND_EMPLOYER = 5, "Person and employer", "Personne et employeur"
    ENTITY_AND_OWNERSHIP = 6, "Entity and its ownership", "Entité et sa propriété effective"


class AddressType(Code):
    STRUCTURED = 1, "Structured", "Structurée"
    UNSTRUCTURED = 2, "Unstructured", "Non structurée"


class CashMethod(Code):
    """How the cash of an LCTR came in."""

    IN_PERSON = 1, "In person", "En personne"
    ABM = 2, "Automated banking machine", "Guichet automatique"
    ARMOURED_CAR = 3, "Armoured car", "Véhicule blindé"
    COURIER = 4, "Courier", "Messagerie"
    MAIL = 5, "Mail deposit", "Poste"
    OTHER = 7, "Other", "Autre"
    NIGHT_DEPOSIT = 8, "Night deposit", "Dépôt de nuit"
    QUICK_DROP = 9, "Quick drop", "Dépôt express"
    KIOSK = 10, "Self-redemption kiosk", "Guichet de rachat"
    VIRTUAL_CURRENCY_ABM = 11, "Virtual currency ABM", "Guichet de monnaie virtuelle"


class SuspiciousMethod(Code):
    """How the transaction of an STR was made or tried."""

    IN_PERSON = 1, "In person", "En personne"
    ABM = 2, "Automated banking machine", "Guichet automatique"
    ARMOURED_CAR = 3, "Armoured car", "Véhicule blindé"
    COURIER = 4, "Courier", "Messagerie"
    MAIL = 5, "Mail deposit", "Poste"
    TELEPHONE = 6, "Telephone", "Téléphone"
    OTHER = 7, "Other", "Autre"
    NIGHT_DEPOSIT = 8, "Night deposit", "Dépôt de nuit"
    QUICK_DROP = 9, "Quick drop", "Dépôt express"
    KIOSK = 10, "Self-redemption kiosk", "Guichet de rachat"
    VIRTUAL_CURRENCY_ABM = 11, "Virtual currency ABM", "Guichet de monnaie virtuelle"
    ONLINE = 12, "Online", "En ligne"


class Disposition(Code):
    """What became of the funds. An LCTR knows all but 10 and 32."""

    DEPOSIT = 1, "Deposit to account", "Dépôt au compte"
    FIAT_EXCHANGE = 3, "Exchange to fiat currency", "Échange en monnaie fiduciaire"
    CASINO_PRODUCT = 4, "Purchase of casino product", "Achat d'un produit de casino"
    BANK_DRAFT = 5, "Purchase of bank draft", "Achat d'une traite bancaire"
    MONEY_ORDER = 6, "Purchase of money order", "Achat d'un mandat"
    LIFE_INSURANCE = 7, "Life insurance purchase or deposit", "Achat ou dépôt : assurance-vie"
    INVESTMENT = 8, "Investment purchase or deposit", "Achat ou dépôt : placement"
    REAL_ESTATE = 9, "Real estate purchase or deposit", "Achat ou dépôt : immobilier"
    CASH_OUT = 10, "Cash out", "Encaissement"
    OTHER = 11, "Other", "Autre"
    JEWELLERY = 14, "Purchase of jewellery", "Achat de bijoux"
    PRECIOUS_METALS = 15, "Purchase of precious metals", "Achat de métaux précieux"
    TO_WALLET = 17, "Added to virtual currency wallet", "Ajout au portefeuille de monnaie virtuelle"
    VIRTUAL_EXCHANGE = 18, "Exchange to virtual currency", "Échange en monnaie virtuelle"
    VIRTUAL_TRANSFER = 19, "Outgoing virtual currency transfer", "Transfert sortant de monnaie virtuelle"
    EMAIL_TRANSFER = 20, "Outgoing email money transfer", "Virement sortant par courriel"
    HOLDING = 21, "Holding funds", "Fonds retenus"
    PRECIOUS_STONES = 22, "Purchase of precious stones", "Achat de pierres précieuses"
    CHEQUE = 23, "Issued cheque", "Chèque émis"
    DOMESTIC_TRANSFER = 24, "Outgoing domestic funds transfer", "Virement sortant au pays"
    INTERNATIONAL_TRANSFER = 25, "Outgoing international funds transfer", "Virement sortant à l'étranger"
    PREPAID_PRODUCT = 26, "Purchase of prepaid product or card", "Achat d'un produit ou d'une carte prépayés"
    DENOMINATION_EXCHANGE = 27, "Denomination exchange", "Échange de coupures"
    PAYMENT_TO_ACCOUNT = 28, "Payment to account", "Paiement au compte"
    GOODS = 29, "Payment for goods", "Paiement de biens"
    SERVICES = 30, "Payment for services", "Paiement de services"
    MOBILE_TRANSFER = 31, "Outgoing mobile money transfer", "Virement sortant par mobile"
    CASH_WITHDRAWAL = 32, "Cash withdrawal from account", "Retrait d'espèces du compte"


class AccountType(Code):
    PERSONAL = 1, "Personal", "Personnel"
    BUSINESS = 2, "Business", "Commercial"
    TRUST = 3, "Trust", "En fiducie"
    OTHER = 4, "Other", "Autre"
    CASINO = 5, "Casino", "Casino"


class AccountStatus(Code):
    ACTIVE = 1, "Active", "Actif"
    INACTIVE = 2, "Inactive", "Inactif"
    DORMANT = 3, "Dormant", "En veilleuse"
    CLOSED = 4, "Closed", "Fermé"


class Relationship(Code):
    """What somebody is to the conductor. 14 and 15 only where the field allows them."""

    ACCOUNTANT = 1, "Accountant", "Comptable"
    AGENT = 2, "Agent", "Mandataire"
    BORROWER = 3, "Borrower", "Emprunteur"
    BROKER = 4, "Broker", "Courtier"
    CUSTOMER = 5, "Customer", "Client"
    EMPLOYEE = 6, "Employee", "Employé"
    FRIEND = 7, "Friend", "Ami"
    RELATIVE = 8, "Relative", "Parent"
    OTHER = 9, "Other", "Autre"
    LEGAL_COUNSEL = 10, "Legal counsel", "Conseiller juridique"
    EMPLOYER = 11, "Employer", "Employeur"
    JOINT_OWNER = 12, "Joint or secondary owner", "Propriétaire conjoint ou secondaire"
    POWER_OF_ATTORNEY = 13, "Power of attorney", "Procuration"
    VENDOR = 14, "Vendor or supplier", "Vendeur ou fournisseur"
    SELF = 15, "Self", "Elle-même"


class PersonIdentifier(Code):
    """Documents of persons. A social insurance card must never be sent, although the list has it."""

    BIRTH_CERTIFICATE = 1, "Birth certificate", "Certificat de naissance"
    PASSPORT = 2, "Passport", "Passeport"
    OTHER = 3, "Other", "Autre"
    DRIVERS_LICENCE = 4, "Driver's licence", "Permis de conduire"
    HEALTH_CARD = 5, "Provincial health card", "Carte d'assurance maladie provinciale"
    CITIZENSHIP_CARD = 14, "Citizenship card", "Carte de citoyenneté"
    INDIAN_STATUS = 15, "Certificate of Indian Status", "Certificat de statut d'Indien"
    SOCIAL_INSURANCE_CARD = 27, "Social insurance card", "Carte d'assurance sociale"
    PERMANENT_RESIDENT_CARD = 32, "Permanent resident card", "Carte de résident permanent"
    RECORD_OF_LANDING = 33, "Record of landing", "Fiche d'établissement"
    CREDIT_FILE = 34, "Credit file", "Dossier de crédit"
    GOVERNMENT_ID = 35, "Government-issued identification", "Pièce d'identité gouvernementale"
    INSURANCE_DOCUMENTS = 36, "Insurance documents", "Documents d'assurance"
    PROVINCIAL_ID = 37, "Provincial or territorial identity card", "Carte d'identité provinciale ou territoriale"
    RECORD_OF_EMPLOYMENT = 38, "Record of employment", "Relevé d'emploi"
    TRAVEL_VISA = 39, "Travel visa", "Visa de voyage"
    UTILITY_STATEMENT = 40, "Utility statement", "Facture de services publics"


class EntityIdentifier(Code):
    ARTICLES = 1, "Articles of association", "Statuts constitutifs"
    CORPORATE_STATUS = 2, "Certificate of corporate status", "Certificat de statut de société"
    INCORPORATION = 3, "Certificate of incorporation", "Certificat de constitution"
    ASSESSMENT = 4, "Notice of assessment", "Avis de cotisation"
    PARTNERSHIP = 5, "Partnership agreement", "Contrat de société de personnes"
    ANNUAL_REPORT = 6, "Annual report", "Rapport annuel"
    OTHER = 7, "Other", "Autre"


class Registration(Code):
    REGISTERED = 1, "Registered", "Enregistrée"
    INCORPORATED = 2, "Incorporated", "Constituée"
    BOTH = 4, "Registered and incorporated", "Enregistrée et constituée"
    UNKNOWN = 5, "Unknown", "Inconnu"


class Structure(Code):
    """Of an entity in an STR."""

    CORPORATION = 1, "Corporation", "Personne morale"
    OTHER_ENTITY = 2, "Neither corporation nor trust", "Ni personne morale ni fiducie"
    TRUST = 3, "Trust", "Fiducie"
    PUBLIC_TRUST = 4, "Widely held or public trust", "Fiducie à participation multiple ou cotée"


class SuspicionType(Code):
    LAUNDERING = 1, "Money laundering", "Blanchiment d'argent"
    TERRORIST_FINANCING = 2, "Terrorist financing", "Financement du terrorisme"
    LAUNDERING_AND_TERRORISM = 3, "Laundering and terrorist financing", "Blanchiment et financement du terrorisme"
    SANCTIONS = 4, "Sanctions evasion", "Contournement des sanctions"
    LAUNDERING_AND_SANCTIONS = 5, "Laundering and sanctions evasion", "Blanchiment et contournement des sanctions"
    TERRORISM_AND_SANCTIONS = (
        6,
        "Terrorist financing and sanctions evasion",
        "Terrorisme et contournement des sanctions",
    )
    ALL = 7, "All three", "Les trois"


class Project(Code):
    """Public-private partnership projects."""

    ANTON = 1, "Project Anton", "Projet Anton"
    ATHENA = 2, "Project Athena", "Projet Athena"
    CHAMELEON = 3, "Project Chameleon", "Projet Chameleon"
    GUARDIAN = 5, "Project Guardian", "Projet Guardian"
    LEGION = 6, "Project Legion", "Projet Legion"
    PROTECT = 7, "Project Protect", "Projet Protect"
    SHADOW = 8, "Project Shadow", "Projet Shadow"


class Direction(Code):
    IN = 1, "In", "Entrée"
    OUT = 2, "Out", "Sortie"


class FundsType(Code):
    """What moved in an STR."""

    BANK_DRAFT = 1, "Bank draft", "Traite bancaire"
    CASH = 2, "Cash", "Espèces"
    CASINO_PRODUCT = 3, "Casino product", "Produit de casino"
    CHEQUE = 4, "Cheque", "Chèque"
    DOMESTIC_TRANSFER = 5, "Domestic funds transfer", "Virement au pays"
    EMAIL_TRANSFER = 6, "Email money transfer", "Virement par courriel"
    WITHDRAWAL = 7, "Funds withdrawal", "Retrait de fonds"
    INTERNATIONAL_TRANSFER = 8, "International funds transfer", "Virement international"
    INVESTMENT = 9, "Investment product", "Produit de placement"
    JEWELLERY = 10, "Jewellery", "Bijoux"
    MOBILE_TRANSFER = 11, "Mobile money transfer", "Virement par mobile"
    MONEY_ORDER = 12, "Money order", "Mandat"
    PRECIOUS_METALS = 13, "Precious metals", "Métaux précieux"
    PRECIOUS_STONES = 14, "Precious stones", "Pierres précieuses"
    VIRTUAL_CURRENCY = 16, "Virtual currency", "Monnaie virtuelle"
    OTHER = 17, "Other", "Autre"


class Device(Code):
    COMPUTER = 1, "Computer", "Ordinateur"
    MOBILE = 2, "Mobile phone", "Téléphone mobile"
    TABLET = 3, "Tablet", "Tablette"
    OTHER = 4, "Other", "Autre"
