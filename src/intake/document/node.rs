//! A document as a tree of names and texts, whether it was JSON or XML.

use serde_json::Value;

/// An element of XML or a field of JSON. Attributes are children; a JSON list is several children of
/// one name.
#[derive(Debug, Default, PartialEq)]
pub(in crate::intake) struct Node {
    pub(in crate::intake) name: String,
    pub(in crate::intake) text: String,
    pub(in crate::intake) children: Vec<Self>,
}

impl Node {
    pub(in crate::intake) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A field of JSON with its value, without the fields that `skip` names, at any depth. The depth
    /// is bounded by the JSON reader.
    pub(in crate::intake) fn of(name: &str, value: Value, skip: fn(&str) -> bool) -> Self {
        let mut node = Self::new(name);
        match value {
            Value::Null => {}
            Value::Bool(flag) => node.text = flag.to_string(),
            Value::Number(number) => node.text = number.to_string(),
            Value::String(text) => node.text = text,
            Value::Array(items) => {
                node.children =
                    items.into_iter().map(|item| Self::of("item", item, skip)).collect();
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    if skip(&name) {
                        continue;
                    }
                    if let Value::Array(items) = value {
                        let items = items.into_iter().map(|item| Self::of(&name, item, skip));
                        node.children.extend(items);
                    } else {
                        node.children.push(Self::of(&name, value, skip));
                    }
                }
            }
        }
        node
    }

    /// The children of this name that hold anything; those of HR Open's lists, which hold their values as `item`, are
    /// these values.
    pub(in crate::intake) fn each(&self, name: &str) -> Vec<&Self> {
        let empty = |child: &Self| child.children.is_empty() && child.text.trim().is_empty();
        let named = self.children.iter().filter(|child| child.name == name && !empty(child));
        let listed = |child: &Self| {
            !child.children.is_empty() && child.children.iter().all(|inner| inner.name == "item")
        };
        named
            .flat_map(
                |child| {
                    if listed(child) { child.children.iter().collect() } else { vec![child] }
                },
            )
            .collect()
    }

    /// The first child along a path of names, `a/b/c`.
    pub(in crate::intake) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |node, name| node.each(name).into_iter().next())
    }

    /// All nodes along a path of names, in their order.
    pub(in crate::intake) fn all(&self, path: &str) -> Vec<&Self> {
        path.split('/').fold(vec![self], |nodes, name| {
            nodes.into_iter().flat_map(|node| node.each(name)).collect()
        })
    }

    /// The text along a path, trimmed; empty where there is none.
    pub(in crate::intake) fn text(&self, path: &str) -> &str {
        self.at(path).map_or("", |node| node.text.trim())
    }

    /// The texts along a path that are not blank.
    pub(in crate::intake) fn texts(&self, path: &str) -> Vec<&str> {
        let texts = self.all(path).into_iter().map(|node| node.text.trim());
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// All nodes below this one with one of the names, the outer ones first.
    pub(in crate::intake) fn below<'a>(&'a self, names: &[&str], found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if names.contains(&child.name.as_str()) {
                found.push(child);
            }
            child.below(names, found);
        }
    }

    /// Whether any text or name in it is as asked.
    pub(in crate::intake) fn any(&self, is: fn(&str) -> bool) -> bool {
        is(&self.text) || is(&self.name) || self.children.iter().any(|child| child.any(is))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_through_lists() {
        let value = serde_json::json!({"a": [{"b": " x "}, {"b": ["y", "z"]}], "c": {"item": [1, true]},
            "secret": "s", "d": null});
        let node = Node::of("", value, |name| name == "secret");
        assert_eq!(node.texts("a/b"), ["x", "y", "z"]);
        assert_eq!(node.texts("c"), ["1", "true"]);
        assert_eq!((node.text("a/b"), node.text("d"), node.text("e/f")), ("x", "", ""));
        assert!(node.any(|text| text == "y") && !node.any(|text| text == "s"));
        let mut found = Vec::new();
        node.below(&["b"], &mut found);
        assert_eq!(found.len(), 3);
    }
}
