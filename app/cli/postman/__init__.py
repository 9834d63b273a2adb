"""The Postman collection: the exported description's operations as requests that run in order."""
