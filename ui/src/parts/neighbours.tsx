/** The way to the previous and the next of the list one came from. */
import { Link } from "react-router";
import { useNeighbours } from "../neighbours";
import { Icon } from "./icon";

export function Neighbours({ place, at }: { place: "/orders" | "/documents"; at: string }) {
  const { before, after, says } = useNeighbours(place, at);
  if (!says) return null;
  const step = (to: string, name: string, turned: string) =>
    to ? (
      <Link className="ib" to={to} aria-label={name} title={name}>
        <span className={turned}>
          <Icon name="chev" />
        </span>
      </Link>
    ) : null;
  return (
    <nav className="near" aria-label="In the list">
      {step(before, "Previous in the list", "back")}
      <span className="muted tab small">{says}</span>
      {step(after, "Next in the list", "")}
    </nav>
  );
}
