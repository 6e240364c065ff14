"""Admin: accounts, invitations and dated links. No case content."""
