"""The one seam of the admin: site, base class, columns, cards, panels; and the ground floor's screens.

The screens are imported by ``screens`` once the site stands, not from here: Django imports this package while it
looks up the site class.
"""
