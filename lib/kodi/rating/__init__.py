"""Rating what was watched."""

__all__ = ["prompt"]
