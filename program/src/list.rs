//! `list`: prints the contents of a program.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use ferrego_runtime::Arena;
use serde::Serialize;

use crate::contents::Contents;
use crate::failure::Failure;
use crate::output::{self, visible};
use crate::report::json::write_json;

/// The options of `list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The format of the list
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people; those of the files are in the format of sha256sum
    Text,
    /// A JSON object
    Json,
}

#[derive(Serialize)]
struct Listed<'c> {
    name: &'c str,
    ferrego: &'static str,
    policies: Vec<Policy<'c>>,
    constraints: Vec<String>,
    /// The other documents, as `Kind/name`.
    documents: Vec<String>,
    sources: Vec<Source<'c>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Policy<'c> {
    template: &'c str,
    kind: &'c str,
    reads_inventory: bool,
}

#[derive(Serialize)]
struct Source<'c> {
    path: &'c str,
    sha256: &'c str,
}

/// Prints the contents.
pub(crate) fn run(contents: &Contents, command: &List) -> Result<(), Failure> {
    let listed = Listed::of(contents);
    output::stdout(|to| match command.output {
        Format::Text => listed.write(to),
        Format::Json => write_json(&listed, to),
    })
}

impl<'c> Listed<'c> {
    fn of(contents: &'c Contents) -> Self {
        let policies = contents.policies.iter().map(|template| Policy {
            template: template.policy.name,
            kind: template.policy.template.map_or("", |template| template.kind),
            reads_inventory: template.policy.reads_inventory(),
        });
        let (mut constraints, mut documents) = (Vec::new(), Vec::new());
        for document in contents.documents() {
            let arena = Arena::new();
            // The documents were read when the program was built.
            let Ok(value) = document.value(&arena) else { continue };
            let text = |path: &[&str]| {
                value.path(path).and_then(|text| text.as_str()).unwrap_or_default().to_owned()
            };
            let is_constraint = text(&["apiVersion"]).starts_with("constraints.gatekeeper.sh/");
            let list = if is_constraint { &mut constraints } else { &mut documents };
            list.push(format!("{}/{}", text(&["kind"]), text(&["metadata", "name"])));
        }
        let sources = contents.sources.iter();
        Self {
            name: contents.name,
            ferrego: env!("CARGO_PKG_VERSION"),
            policies: policies.collect(),
            constraints,
            documents,
            sources: sources.map(|one| Source { path: one.path, sha256: one.sha256 }).collect(),
        }
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        writeln!(to, "{} (ferrego {})", visible(self.name), self.ferrego)?;
        writeln!(to, "\npolicies:")?;
        for Policy { template, kind, reads_inventory } in &self.policies {
            let note = if *reads_inventory { ", reads the inventory" } else { "" };
            writeln!(to, "  {} ({}{note})", visible(kind), visible(template))?;
        }
        for (title, names) in
            [("constraints", &self.constraints), ("other documents", &self.documents)]
        {
            if !names.is_empty() {
                writeln!(to, "\n{title}:")?;
            }
            names.iter().try_for_each(|name| writeln!(to, "  {}", visible(name)))?;
        }
        writeln!(to, "\nsources:")?;
        self.sources.iter().try_for_each(|Source { path, sha256 }| {
            writeln!(to, "{}  {}", visible(sha256), visible(path))
        })
    }
}
