"""Reference data: places, currencies and the vocabularies that every face shares."""
