"""What linking means: link, unlink, status, the wait for approval, and the settings file that keeps the token."""
