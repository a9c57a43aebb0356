//! A page of a list, and its objects.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ListMeta;
use serde_json::value::RawValue;

use super::Kind;

/// The members of an object, each as its text. So numbers keep their digits.
type Members<'t> = BTreeMap<String, &'t RawValue>;

/// A page of a list.
pub(super) struct Page<'t> {
    items: Vec<&'t RawValue>,
    metadata: ListMeta,
}

/// An object of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The object as JSON, with its kind.
    pub text: String,
    /// The namespace of the object; empty if it has none.
    pub namespace: String,
    /// The name of the object.
    pub name: String,
    /// The `uid` of the object; empty if it has none, as objects of some aggregated APIs.
    pub(super) id: String,
}

impl<'t> Page<'t> {
    /// Reads the text of a list.
    ///
    /// # Errors
    /// Returns an error if the text is not a list.
    pub(super) fn read(text: &'t str) -> serde_json::Result<Self> {
        let list: Members<'_> = serde_json::from_str(text)?;
        let Some(items) = list.get("items") else {
            return Err(serde::de::Error::missing_field("items"));
        };
        // A list without items has `null` if its server is written in Go.
        let items: Option<Vec<&RawValue>> = serde_json::from_str(items.get())?;
        let metadata: Option<ListMeta> = member(&list, "metadata")?;
        let (items, metadata) = (items.unwrap_or_default(), metadata.unwrap_or_default());
        Ok(Self { items, metadata })
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &'t RawValue> {
        self.items.iter().copied()
    }

    /// Returns the token of the next page, if there is one.
    pub(super) fn token(&self) -> Option<String> {
        self.metadata.continue_.clone().filter(|token| !token.is_empty())
    }
}

impl Item {
    /// Reads an object of a list. The items of most lists do not name their kind, so it is added.
    ///
    /// # Errors
    /// Returns an error if the text is not an object.
    pub(super) fn read(text: &RawValue, kind: &Kind) -> serde_json::Result<Self> {
        let members: Members<'_> = serde_json::from_str(text.get())?;
        let metadata: Option<Members<'_>> = member(&members, "metadata")?;
        let metadata = metadata.unwrap_or_default();
        let field = |name| Ok::<_, serde_json::Error>(member(&metadata, name)?.unwrap_or_default());
        let (namespace, name): (String, String) = (field("namespace")?, field("name")?);
        let id = field("uid")?;
        let mut typed = String::new();
        for (key, value) in [("apiVersion", kind.api_version()), ("kind", kind.kind.clone())] {
            if !members.contains_key(key) {
                typed = format!("{typed}{}:{},", quoted(key), quoted(&value));
            }
        }
        let text = text.get();
        let text = match text.strip_prefix('{') {
            Some(rest) if !typed.is_empty() => {
                let typed = if members.is_empty() { typed.trim_end_matches(',') } else { &typed };
                format!("{{{typed}{rest}")
            }
            _ => text.to_owned(),
        };
        Ok(Self { text, namespace, name, id })
    }
}

/// Returns a member, or `None` if it is absent or null.
fn member<'t, T: serde::Deserialize<'t>>(
    members: &Members<'t>,
    name: &str,
) -> serde_json::Result<Option<T>> {
    members.get(name).map_or(Ok(None), |value| serde_json::from_str(value.get()))
}

/// Returns a text as JSON.
fn quoted(text: &str) -> serde_json::Value {
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods() -> Kind {
        let [group, version, kind, plural] = ["", "v1", "Pod", "pods"].map(str::to_owned);
        Kind { group, version, kind, plural, is_watched: true }
    }

    fn items(text: &str) -> Vec<Item> {
        let page = Page::read(text).expect("a list");
        page.items().map(|item| Item::read(item, &pods()).expect("an object")).collect()
    }

    #[test]
    fn items_get_their_kind_and_keep_their_numbers() {
        let text = r#"{"kind": "PodList", "metadata": {"continue": "x"}, "items": [
            {"metadata": {"name": "a", "namespace": "n", "uid": "7"}, "n": 9007199254740993.0},
            {"kind": "Other", "apiVersion": "x/v1", "metadata": {"name": "b"}},
            {}
        ]}"#;
        let items = items(text);
        let texts: Vec<&str> = items.iter().map(|item| &*item.text).collect();
        assert_eq!(
            texts,
            [
                r#"{"apiVersion":"v1","kind":"Pod","metadata": {"name": "a", "namespace": "n", "uid": "7"}, "n": 9007199254740993.0}"#,
                r#"{"kind": "Other", "apiVersion": "x/v1", "metadata": {"name": "b"}}"#,
                r#"{"apiVersion":"v1","kind":"Pod"}"#,
            ]
        );
        let ids: Vec<_> = items.iter().map(|item| (&*item.id, &*item.namespace)).collect();
        assert_eq!(ids, [("7", "n"), ("", ""), ("", "")]);
        assert_eq!(Page::read(text).expect("a list").token().as_deref(), Some("x"));
    }

    #[test]
    fn a_list_may_be_empty_but_must_be_one() {
        assert!(items(r#"{"items": null, "metadata": {"continue": ""}}"#).is_empty());
        assert_eq!(Page::read(r#"{"items": []}"#).expect("a list").token(), None);
        for text in ["[]", "{}", r#"{"items": {}}"#, r#"{"items": ["#] {
            assert!(Page::read(text).is_err(), "{text}");
        }
        let page = Page::read(r#"{"items": [7]}"#).expect("a list");
        assert!(page.items().all(|item| Item::read(item, &pods()).is_err()));
    }
}
