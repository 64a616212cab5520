/** One exception as a page of its own, so that it can be linked. */
import { Link, useParams } from "react-router";
import { useToday } from "../clock";
import { ProblemPanel } from "../parts/problem";
import { Head } from "../shell";

export function ExceptionPage() {
  const { id = "" } = useParams();
  const today = useToday();
  const status = today.data?.problems.find((each) => each.case.id === id)?.status ?? "unmatched";
  return (
    <>
      <Head title="What is wrong, and what can be done?" says={<Link to="/">All of today's problems</Link>} />
      <div className="body single">
        <ProblemPanel id={id} status={status} />
      </div>
    </>
  );
}
