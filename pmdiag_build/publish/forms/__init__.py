"""The form pass: the placeholders of a rendered pack become fields that survive other programs."""
