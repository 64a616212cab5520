import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// What is built goes into the package, where the doors serve it from.
export default defineConfig({
  plugins: [react()],
  build: { outDir: "../src/tradelane/api/console_files", emptyOutDir: true, assetsInlineLimit: 0, target: "es2022" },
});
