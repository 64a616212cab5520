/** What can I see in ten minutes? The way through the house, each step one sentence and a link. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { escaped, get } from "../api";
import { useToday } from "../clock";
import { DropFile } from "../parts/drop";
import { Switches } from "../parts/switches";
import { Head } from "../shell";
import { counted } from "../words";

interface Step {
  title: string;
  says: string;
  to: string;
}

export function StartPage() {
  const today = useToday();
  const orders = useQuery({
    queryKey: ["orders", "first"],
    queryFn: () => get("/orders", {}, { limit: 1 }),
  });
  const documents = useQuery({
    queryKey: ["documents", "first"],
    queryFn: () => get("/documents", {}, { limit: 50 }),
  });
  const order = orders.data?.items[0]?.number;
  const answered = documents.data?.items.find(
    (row) => row.document_type === "order_response" && row.direction === "in",
  );
  const steps: Step[] = [
    {
      title: "Today's problems",
      says: `${today.data ? counted(today.data.count, "problem") : "Problems"} by deadline and money; open one and decide.`,
      to: "/",
    },
    {
      title: "One order, as a picture",
      says: "Every unit ordered is in exactly one place; the bar says where.",
      to: order ? `/orders/${escaped(order)}` : "/orders",
    },
    {
      title: "The raw document beside its meaning",
      says: "Point at a date to see which bytes it comes from, and which rule read them.",
      to: answered ? `/documents/${escaped(answered.id)}` : "/documents",
    },
    {
      title: "How it goes with each partner",
      says: "What came, what went, what waits, what was refused.",
      to: "/partners",
    },
    {
      title: "Find any number",
      says: "An order, an invoice, a control number: everything that carries it.",
      to: "/search",
    },
  ];
  return (
    <>
      <Head
        title="What can I see in ten minutes?"
        says="Ninety days of orders between an ERP, suppliers and a warehouse, made through the real system."
      >
        <DropFile />
      </Head>
      <div className="body">
        <ol className="steps card">
          {steps.map((step, place) => (
            <li key={step.title}>
              <span className="no">{place + 1}</span>
              <div>
                <Link className="t" to={step.to}>
                  {step.title}
                </Link>
                <p>{step.says}</p>
              </div>
              <Link className="btn" to={step.to}>
                Open
              </Link>
            </li>
          ))}
        </ol>
        <Switches />
      </div>
    </>
  );
}
