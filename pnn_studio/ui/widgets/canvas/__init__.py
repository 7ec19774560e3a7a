"""What drawings share: a view that zooms and pans, and room for names."""
