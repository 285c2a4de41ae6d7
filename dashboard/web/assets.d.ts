/** What Vite understands and TypeScript does not: a style sheet as an import. */
declare module '*.css' {}
declare module '@fontsource-variable/noto-sans-sc' {}
