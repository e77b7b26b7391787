"""pmdiag: the Performance Management Diagnostic Tool for Children's Services as living software."""

__version__ = "0.1.0"
