"""How is a broker of our own set up, and what may each service do there?"""
