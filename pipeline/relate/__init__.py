"""The relate room: who did what, who says so, and is it so."""
