"""The durable store: one sqlite file with the play queue, the match cache and the state of delivery."""

__all__ = ["codec", "database", "delivery_state", "match_cache", "queue", "sent"]
