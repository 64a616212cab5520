/** Who is here, and what they may do. Without a session the page asks for one. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useState } from "react";
import { type Me, get, post, Refused, remember } from "./api";
import { Failed, Loading } from "./parts/state";

const Here = createContext<Me | null>(null);

export type Permission = Me["may"][number];

/** The person who is signed in; only ever asked inside of `Session`. */
export function useMe(): Me {
  const me = useContext(Here);
  if (!me) throw new Error("Nobody is signed in here.");
  return me;
}

export function useMay(): (permission: Permission) => boolean {
  const me = useMe();
  return (permission) => me.may.includes(permission);
}

export function Session({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery({
    queryKey: ["session"],
    staleTime: 60_000,
    queryFn: async () => {
      const found = await get("/session", {});
      remember(found.word ?? "");
      return found;
    },
  });
  if (me.isError && !me.data) return <Failed error={me.error} again={() => void me.refetch()} />;
  if (!me.data) return <Loading />;
  if (!me.data.name) return <SignIn company={me.data.company} done={() => void client.resetQueries()} />;
  return <Here value={me.data}>{children}</Here>;
}

function SignIn({ company, done }: { company: Me["company"]; done: () => void }) {
  const [says, say] = useState("");
  const [busy, work] = useState(false);
  const send = async (form: FormData) => {
    work(true);
    try {
      await post("/session", {}, { name: String(form.get("name")), password: String(form.get("password")) });
      done();
    } catch (error) {
      say(error instanceof Refused ? error.message : "The server cannot be reached. Try again.");
      work(false);
    }
  };
  return (
    <main className="signin">
      <h1>Who is it?</h1>
      <form
        className="card pad"
        onSubmit={(event) => {
          event.preventDefault();
          void send(new FormData(event.currentTarget));
        }}
      >
        {company && <WithCompany company={company} />}
        <label className="field">
          <span>Name</span>
          <input name="name" autoComplete="username" autoFocus={!company} required maxLength={100} />
        </label>
        <label className="field">
          <span>Password</span>
          <input name="password" type="password" autoComplete="current-password" required maxLength={200} />
        </label>
        <p role="alert" className="bad">
          {says}
        </p>
        <button type="submit" className={company ? "btn wide" : "btn pri wide"} disabled={busy}>
          Sign in
        </button>
        <p className="muted small">
          No account? Whoever manages people here adds one: <code>tradelane user add</code>
        </p>
      </form>
    </main>
  );
}

/** The way through the company's own sign-in, which leads back to the page that was wanted. */
function WithCompany({ company }: { company: NonNullable<Me["company"]> }) {
  const wanted = encodeURIComponent(location.pathname + location.search);
  return (
    <>
      <a className="btn pri wide" href={`${company.at}?to=${wanted}`}>
        Sign in with {company.title}
      </a>
      <p className="or muted small">or with a password</p>
    </>
  );
}
