"""The back office's admin site."""

from django.contrib.admin import AdminSite


class BackOfficeSite(AdminSite):
    """One site for all screens."""

    site_header = "DwayBank back office"
    site_title = "DwayBank back office"
    index_title = "Work"
