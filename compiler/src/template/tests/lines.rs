//! The index of the lines of a source in a template.

use crate::source::{Lines, Span};
use crate::template::Template;

#[test]
fn the_index_has_the_places_in_a_template() {
    let blocks = [
        "rego: |\n      package a\n\n      é := \"ü\" { input.é }\n",
        "rego: >\n      package a\n\n      b = \"ü\"\n      { input.c }\n",
        "rego: \"package a\\nb { input.c }\"\n",
    ];
    for block in blocks {
        let yaml = format!(
            "# é\napiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\n\
             metadata: {{name: a}}\nspec:\n  crd: {{spec: {{names: {{kind: A}}}}}}\n  targets:\n  \
             - target: admission.k8s.gatekeeper.sh\n    {block}"
        );
        let templates = Template::read("t.yaml", &yaml).expect("a template");
        let source = &templates[0].sources[0];
        let lines = Lines::of(source);
        for (offset, _) in source.text.char_indices() {
            let start = u32::try_from(offset).expect("a short text");
            let place = source.place(Span { start, end: start, ..Span::default() });
            let expected = (place.name, place.line_column());
            assert_eq!(lines.place(source, start), expected, "{offset} in {block}");
        }
    }
}
