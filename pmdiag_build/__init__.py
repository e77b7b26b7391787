"""pmdiag: the Performance Management Diagnostic Tool for Children's Services as living software."""

__version__ = "1.0.0"
