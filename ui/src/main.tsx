import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";
import { Refused } from "./api";
import { DocumentPage } from "./pages/document";
import { DocumentsPage } from "./pages/documents";
import { ExceptionPage } from "./pages/exception";
import { OrderPage } from "./pages/order";
import { OrdersPage } from "./pages/orders";
import { PartnersPage } from "./pages/partners";
import { SearchPage } from "./pages/search";
import { StartPage } from "./pages/start";
import { TodayPage } from "./pages/today";
import { Session } from "./session";
import { NotHere, Shell } from "./shell";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/today.css";
import "./styles/order.css";
import "./styles/document.css";
import "./styles/console.css";
import "./styles/narrow.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      placeholderData: (before: unknown) => before,
      retry: (count, error) => count < 3 && !(error instanceof Refused && error.status < 500),
    },
  },
});

const router = createBrowserRouter([
  {
    path: "/",
    element: <Shell />,
    children: [
      { index: true, element: <TodayPage /> },
      { path: "start", element: <StartPage /> },
      { path: "exceptions/:id", element: <ExceptionPage /> },
      { path: "orders", element: <OrdersPage /> },
      { path: "orders/:number", element: <OrderPage /> },
      { path: "documents", element: <DocumentsPage /> },
      { path: "documents/:id", element: <DocumentPage /> },
      { path: "partners", element: <PartnersPage /> },
      { path: "partners/:name", element: <PartnersPage /> },
      { path: "search", element: <SearchPage /> },
      { path: "*", element: <NotHere /> },
    ],
  },
]);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <Session>
        <RouterProvider router={router} />
      </Session>
    </QueryClientProvider>,
  );
}
