"""The company's own sign-in, by OpenID Connect: the authorization code flow with PKCE, and what is believed of it."""
