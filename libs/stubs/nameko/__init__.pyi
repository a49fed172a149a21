# nameko 2.14.1 has no types; these are the parts that the chassis uses.
