"""The pages of this package: the inbox, the preference centre, what a mail's link opens, what a browser tells."""
