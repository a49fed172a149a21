// How is the API shown? By Swagger UI, from our own OpenAPI document, in the reader's light or dark.

const place = document.getElementById("swagger-ui");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function follow() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

// A link within a button is nothing for a keyboard or a screen reader: the button opens the same operation.
// The document's description stands outside of Swagger UI's main element: it becomes a region with a name.
// There is one server, this one, and no choice to offer.
function Accessible({ React }) {
  return {
    components: {
      DeepLink: ({ text }) => React.createElement("span", null, text),
      ServersContainer: () => null,
    },
    wrapComponents: {
      InfoContainer: (Info) => (props) =>
        React.createElement("section", { "aria-label": "OpenAPI" }, React.createElement(Info, props)),
    },
  };
}

follow();
dark.addEventListener("change", follow);
window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  plugins: [Accessible],
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: false,
  validatorUrl: null,
});
