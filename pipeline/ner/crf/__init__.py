"""The trained recogniser of the fast tier: a linear-chain CRF over tokens that sees words, lexicons and what the rules say."""
