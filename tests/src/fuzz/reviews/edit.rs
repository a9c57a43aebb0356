//! Edits of JSON documents: parts that a policy reads are replaced or removed.

use serde_json::{Map, Value, json};

use crate::draw::Draw;

/// Edits of documents that a policy reads.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    /// The paths that the policy reads, whose key `*` is any key or index.
    pub paths: Vec<Vec<String>>,
    /// The texts in the policy's source.
    pub texts: Vec<String>,
}

impl Editor {
    /// Replaces or removes up to four parts of `document`.
    pub fn edit(&self, draw: &mut Draw, document: &mut Value) {
        for _ in 0..draw.below(5) {
            if self.paths.is_empty() || draw.chance(30) {
                let way: Vec<usize> = (0..draw.below(8)).map(|_| draw.below(7)).collect();
                let value = draw.chance(75).then(|| self.value(draw));
                replace(document, &way, value.as_ref());
            } else {
                let path = &self.paths[draw.below(self.paths.len())];
                self.edit_at(draw, document, path);
            }
        }
    }

    /// Replaces or removes the value at `path`, which is created if it does not exist.
    fn edit_at(&self, draw: &mut Draw, document: &mut Value, path: &[String]) {
        let Some((key, rest)) = path.split_first() else {
            *document = self.value(draw);
            return;
        };
        if let Value::Array(items) = document {
            let index = draw.below(items.len() + 1);
            if index == items.len() {
                items.push(json!({}));
            }
            if rest.is_empty() && draw.chance(25) {
                items.remove(index);
                return;
            }
            return self.edit_at(draw, &mut items[index], rest);
        }
        if !document.is_object() {
            *document = if key == "*" && draw.chance(50) { json!([{}]) } else { json!({}) };
            return self.edit_at(draw, document, path);
        }
        if let Value::Object(members) = document {
            let key = self.key(draw, members, key);
            if rest.is_empty() && draw.chance(25) {
                members.remove(&key);
                return;
            }
            self.edit_at(draw, members.entry(key).or_insert_with(|| json!({})), rest);
        }
    }

    /// Returns the key itself, or one in place of `*`.
    fn key(&self, draw: &mut Draw, members: &Map<String, Value>, key: &str) -> String {
        if key != "*" {
            return key.to_owned();
        }
        match draw.below(members.len() + 1) {
            index if index < members.len() => members.keys().nth(index).cloned(),
            _ => None,
        }
        .unwrap_or_else(|| self.text(draw))
    }

    /// Returns a text of the policy, or one of those that documents often contain.
    pub fn text(&self, draw: &mut Draw) -> String {
        const USUAL: &[&str] = &[
            "",
            "a",
            "Always",
            "ünï-日本",
            "1Gi",
            "100m",
            "t-red",
            "a/b:latest",
            "*",
            "[",
            "10.0.0.0/8",
            "v1",
            "80",
        ];
        if self.texts.is_empty() || draw.chance(30) {
            return draw.pick(USUAL).to_owned();
        }
        let text = self.texts[draw.below(self.texts.len())].clone();
        match draw.below(10) {
            0 => text + "x",
            1 => text.chars().skip(1).collect(),
            2 => text + draw.pick(USUAL),
            _ => text,
        }
    }

    /// Returns a value in place of a part of a document: a text, another type, null, or an unusual
    /// number.
    pub fn value(&self, draw: &mut Draw) -> Value {
        const NUMBERS: &[&str] = &[
            "0",
            "-1",
            "1",
            "80",
            "1000000",
            "1.5",
            "-0.25",
            "1e21",
            "1.0",
            "9223372036854775807",
            "-0",
            "18446744073709551616",
            "0.1",
        ];
        match draw.below(12) {
            0 => Value::Null,
            1 => Value::from(draw.below(2) == 0),
            2 | 3 => serde_json::from_str(draw.pick(NUMBERS)).unwrap_or_default(),
            4 => json!([]),
            5 => json!({}),
            6 => json!([self.text(draw), self.text(draw)]),
            7 => json!([{"name": self.text(draw)}, null]),
            8 => json!({"name": self.text(draw), "0": 1}),
            _ => Value::from(self.text(draw)),
        }
    }
}

/// Replaces or removes the part at `way`: on each level a number, modulo the number of parts.
fn replace(document: &mut Value, way: &[usize], value: Option<&Value>) {
    let Some((step, rest)) = way.split_first() else {
        if let Some(value) = value {
            *document = value.clone();
        }
        return;
    };
    let removes = rest.is_empty() && value.is_none();
    match document {
        Value::Object(members) if !members.is_empty() => {
            let key = members.keys().nth(step % members.len()).cloned().unwrap_or_default();
            if removes {
                members.remove(&key);
            } else if let Some(member) = members.get_mut(&key) {
                replace(member, rest, value);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            if removes {
                items.remove(index);
            } else {
                replace(&mut items[index], rest, value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_reach_the_paths_of_a_policy() {
        let path = ["spec", "containers", "*", "image"].map(str::to_owned).to_vec();
        let editor = Editor { paths: vec![path], texts: vec!["nginx".to_owned()] };
        let edited = |mut draw: Draw| {
            let mut document = json!({"spec": {"containers": [{"image": "a"}]}});
            editor.edit(&mut draw, &mut document);
            document
        };
        assert_eq!(edited(Draw::from_bytes(&[0]))["spec"]["containers"][0]["image"], "a");
        let image =
            |seed| edited(Draw::seeded(seed, "edit"))["spec"]["containers"][1]["image"].clone();
        assert!((0..1000).any(|seed| image(seed).is_string()));
    }
}
