"""Jobs in processes of their own: their language, how they are started, steered and shared out."""
