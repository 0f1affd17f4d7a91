"""Who may open which page: people, invitations, page sessions, the admin password and the addresses of the hooks.

store = AccessStore(folder / "access.db")
invitation = Invitations(store, clock.wall).create(server="home", user_key="7c9e...", user_name="ana", account="ana")
print(invitation.token)            # shown once; the store has only its hash
"""

__all__ = ["access_store", "admin_password", "hook_secrets", "invitations", "page_sessions", "people"]
