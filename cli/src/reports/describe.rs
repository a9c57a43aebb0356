//! The report of `ferrego describe`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use ferrego_compiler::describe::{
    Applies, BuiltinUse, Description, InventoryKind, Parameter, Support,
};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::output::visible;

/// Writes descriptions as text, separated by blank lines.
pub(crate) fn write_text(descriptions: &[Description], to: &mut dyn Write) -> io::Result<()> {
    for (index, description) in descriptions.iter().enumerate() {
        if index > 0 {
            writeln!(to)?;
        }
        one(description, to)?;
    }
    Ok(())
}

fn one(description: &Description, to: &mut dyn Write) -> io::Result<()> {
    let kind = description.kind.as_ref().map(|kind| format!(" (kind {kind})"));
    writeln!(to, "{}", visible(&format!("{}{}", description.name, kind.unwrap_or_default())))?;
    let mut section = |title: &str, lines: Vec<String>, none: &str| {
        if lines.is_empty() {
            return writeln!(to, "  {title}: {none}");
        }
        writeln!(to, "  {title}:")?;
        lines.iter().try_for_each(|line| writeln!(to, "    {}", visible(line)))
    };
    section("parameters", description.parameters.iter().map(parameter).collect(), "none")?;
    section("reads", description.reads.clone(), "nothing of the input")?;
    let inventory = description.inventory.iter().map(ToString::to_string).collect();
    section("inventory", inventory, "none")?;
    if let Some(synced) = &description.synced {
        section("requires-sync-data", synced.clone(), "none")?;
    }
    section("builtins", description.builtins.iter().map(builtin).collect(), "none")?;
    let features = features(description).into_iter().map(str::to_owned).collect();
    section("features of ferrego-runtime", features, "none")?;
    match &description.applies {
        Applies::Matched(kinds) => section("applies to, by the constraints", kinds.clone(), ""),
        Applies::Compared(kinds) => section("applies to, by the rules", kinds.clone(), ""),
        Applies::Any => section("applies to", Vec::new(), "any kind"),
    }
}

fn parameter(parameter: &Parameter) -> String {
    let Parameter { path, kind, required, default, values, description } = parameter;
    let mut parts = vec![format!("{path}: {kind}")];
    if !values.is_empty() {
        parts.push(format!("one of {}", values.join(", ")));
    }
    if *required {
        parts.push("required".to_owned());
    }
    parts.extend(default.as_ref().map(|default| format!("default {default}")));
    let text = parts.join(", ");
    if description.is_empty() {
        return text;
    }
    let words: Vec<&str> = description.split_whitespace().collect();
    format!("{text} — {}", words.join(" "))
}

fn builtin(builtin: &BuiltinUse) -> String {
    let BuiltinUse { name, signature, feature, support } = builtin;
    let feature = if feature.is_empty() { String::new() } else { format!(", feature {feature}") };
    let support = match support {
        Support::Runtime => "",
        Support::Evaluation => ", depends on the clock or on randomness",
        Support::Host => ", answered by the embedding program",
    };
    format!("{name} {signature}{feature}{support}")
}

fn features(description: &Description) -> BTreeSet<&'static str> {
    let features = description.builtins.iter().map(|builtin| builtin.feature);
    features.filter(|feature| !feature.is_empty()).collect()
}

/// A description as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescriptionJson<'d> {
    name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'d str>,
    module: &'d str,
    parameters: Vec<ParameterJson<'d>>,
    reads: &'d [String],
    inventory: Vec<InventoryJson<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requires_sync_data: Option<&'d [String]>,
    builtins: Vec<BuiltinJson>,
    features: BTreeSet<&'static str>,
    applies_to: AppliesJson<'d>,
}

#[derive(Serialize)]
struct ParameterJson<'d> {
    path: &'d str,
    r#type: &'d str,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Box<RawValue>>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    values: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'d str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InventoryJson<'d> {
    scope: &'static str,
    /// `null` stands for any.
    group_version: Option<&'d str>,
    /// `null` stands for any.
    kind: Option<&'d str>,
}

#[derive(Serialize)]
struct BuiltinJson {
    name: &'static str,
    signature: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    feature: &'static str,
    /// `runtime`, `evaluation` or `host`.
    support: &'static str,
}

#[derive(Serialize)]
struct AppliesJson<'d> {
    /// `constraints`, `rules` or `any`.
    source: &'static str,
    kinds: &'d [String],
}

impl<'d> From<&'d Description> for DescriptionJson<'d> {
    fn from(description: &'d Description) -> Self {
        let (source, kinds) = match &description.applies {
            Applies::Matched(kinds) => ("constraints", &kinds[..]),
            Applies::Compared(kinds) => ("rules", &kinds[..]),
            Applies::Any => ("any", &[][..]),
        };
        Self {
            name: &description.name,
            kind: description.kind.as_deref(),
            module: &description.module,
            parameters: description.parameters.iter().map(ParameterJson::from).collect(),
            reads: &description.reads,
            inventory: description.inventory.iter().map(InventoryJson::from).collect(),
            requires_sync_data: description.synced.as_deref(),
            builtins: description.builtins.iter().map(BuiltinJson::from).collect(),
            features: features(description),
            applies_to: AppliesJson { source, kinds },
        }
    }
}

impl<'d> From<&'d Parameter> for ParameterJson<'d> {
    fn from(parameter: &'d Parameter) -> Self {
        let Parameter { path, kind, required, default, values, description } = parameter;
        // The compiler wrote these texts as JSON.
        let raw = |text: &String| RawValue::from_string(text.clone()).ok();
        Self {
            path,
            r#type: kind,
            required: *required,
            default: default.as_ref().and_then(raw),
            values: values.iter().filter_map(raw).collect(),
            description,
        }
    }
}

impl<'d> From<&'d InventoryKind> for InventoryJson<'d> {
    fn from(kind: &'d InventoryKind) -> Self {
        Self {
            scope: if kind.namespaced { "namespace" } else { "cluster" },
            group_version: kind.version.as_deref(),
            kind: kind.kind.as_deref(),
        }
    }
}

impl From<&BuiltinUse> for BuiltinJson {
    fn from(builtin: &BuiltinUse) -> Self {
        let BuiltinUse { name, signature, feature, support } = *builtin;
        let support = match support {
            Support::Runtime => "runtime",
            Support::Evaluation => "evaluation",
            Support::Host => "host",
        };
        Self { name, signature, feature, support }
    }
}
