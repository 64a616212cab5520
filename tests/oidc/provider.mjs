// A real OpenID Connect provider for the tests: it knows everybody by the name they type, whatever the password.
// node provider.mjs '{"port": 3000, "redirect_uri": "http://...", "client_secret": "..."}'; it ends with its input.
import Provider from "oidc-provider";

const { port, redirect_uri, client_secret } = JSON.parse(process.argv[2]);
// Another name than ours, so that browsers take it for another site.
const issuer = `http://localhost:${port}`;
const account = (id) => ({
  accountId: id,
  claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: `${id} by OpenID` }),
});

const provider = new Provider(issuer, {
  clients: [{ client_id: "tradelane", client_secret, redirect_uris: [redirect_uri] }],
  claims: { email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  findAccount: (_, id) => account(id),
});

provider.listen(port, "127.0.0.1", () => console.log(`listening at ${issuer}`));
process.stdin.on("end", () => process.exit()).resume();
