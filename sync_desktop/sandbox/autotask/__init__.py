"""The practice Autotask: the REST API v1.0 as a server on loopback, over the rows of a store."""
