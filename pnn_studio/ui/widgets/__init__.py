"""Controls, theme and icons that everything else is made of."""
