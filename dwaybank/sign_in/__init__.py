"""Sign-in of staff: password, then a second factor; sessions short and bound. Passkeys, TOTP and recovery codes are
django-allauth's; what is here says who may, how long, and with which stored secret."""
