import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["node_modules/", "public/", "dev/", "src/api/schema.d.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.browser } } },
  { files: ["*.js", "*.ts"], languageOptions: { globals: globals.node } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
    rules: {
      // Our own router resolves addresses; SvelteKit's rule does not apply.
      "svelte/no-navigation-without-resolve": "off",
      // A Map or Set that no template reads need not be reactive.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-depth": ["error", 3],
      // The compiler already refuses undefined names, with types in view.
      "no-undef": "off",
    },
  },
);
