//! Enumerations in the Go sources of Kubernetes' API, which comments mark with `+enum`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// The values of fields whose type is an enumeration.
#[derive(Debug, Default)]
pub struct Enums {
    /// The values, by the group and the name of a Go type.
    values: BTreeMap<(String, String), BTreeSet<String>>,
    /// The Go type of a field, by the group and the name of its struct and the field's JSON name.
    fields: BTreeMap<(String, String, String), (String, String)>,
}

impl Enums {
    /// Reads the folder of the Go module `k8s.io/api`, which has a folder for each group and in it
    /// one for each version.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read.
    pub fn read(&mut self, module: &Path) -> io::Result<()> {
        for group in fs::read_dir(module)? {
            let group = group?;
            if !group.file_type()?.is_dir() {
                continue;
            }
            for version in fs::read_dir(group.path())? {
                let types = version?.path().join("types.go");
                if types.is_file() {
                    self.file(&group.file_name().to_string_lossy(), &fs::read_to_string(types)?);
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, group: &str, text: &str) {
        let (mut marked, mut holder) = (false, String::new());
        for line in text.lines().map(str::trim) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["//", "+enum"] => marked = true,
                ["type", name, "string"] => {
                    if marked {
                        self.values.entry((group.to_owned(), name.to_owned())).or_default();
                    }
                    marked = false;
                }
                ["type", name, "struct", ..] => {
                    marked = false;
                    name.clone_into(&mut holder);
                }
                [_, name, "=", value, ..] if value.starts_with('"') => {
                    let key = (group.to_owned(), name.to_owned());
                    if let Some(values) = self.values.get_mut(&key) {
                        values.insert(value.trim_matches('"').to_owned());
                    }
                }
                [_, go_type, tag, ..] if tag.starts_with("`json:\"") => {
                    let json = tag.trim_start_matches("`json:\"");
                    let json = json.split([',', '"']).next().unwrap_or_default();
                    let key = (group.to_owned(), holder.clone(), json.to_owned());
                    self.fields.insert(key, go_name(group, go_type));
                }
                _ => {}
            }
        }
    }

    /// Returns the values of a field, if it is an enumeration of at least one value.
    pub(super) fn of(&self, name: &(String, String), field: &str) -> Option<Vec<&str>> {
        let key = (name.0.clone(), name.1.clone(), field.to_owned());
        let values = self.values.get(self.fields.get(&key)?)?;
        let simple = |value: &String| !value.contains([' ', ',', '|', ':']);
        (!values.is_empty() && values.iter().all(simple))
            .then(|| values.iter().map(String::as_str).collect())
    }
}

/// Returns the group and the name of a Go type: `*v1.PullPolicy` is `PullPolicy` of `core`.
fn go_name(group: &str, go_type: &str) -> (String, String) {
    let plain = go_type.trim_start_matches('*');
    match plain.split_once('.') {
        Some(("v1" | "corev1", name)) => ("core".to_owned(), name.to_owned()),
        Some((package, name)) => (package.to_owned(), name.to_owned()),
        None => (group.to_owned(), plain.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_type_is_an_enumeration() {
        let text = "// +enum\ntype Policy string\n\nconst (\n\tAlways Policy = \"Always\"\n\
                    \tNever Policy = \"Never\"\n)\n\ntype Container struct {\n\
                    \tPull *Policy `json:\"pull,omitempty\" protobuf:\"x\"`\n\
                    \tName string `json:\"name\"`\n}\n";
        let mut enums = Enums::default();
        enums.file("core", text);
        let container = ("core".to_owned(), "Container".to_owned());
        assert_eq!(enums.of(&container, "pull"), Some(vec!["Always", "Never"]));
        assert_eq!(enums.of(&container, "name"), None);
    }
}
