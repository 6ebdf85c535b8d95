//! HTML documents that stand alone.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Plot;
use crate::domain::Language;

/// Contrast of all text on its ground is at least 7 to 1, of lines at least 3 to 1, in both schemes.
const STYLE: &str = "
:root{color-scheme:light dark;--text:#1b1b1b;--back:#ffffff;--line:#767676;--soft:#f1f4f6;--link:#0b4f8a}
@media (prefers-color-scheme:dark){:root{--text:#f0f0f0;--back:#161616;--line:#8c8c8c;--soft:#24282b;--link:#9cccff}}
*{box-sizing:border-box}
body{margin:0;color:var(--text);background:var(--back);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1rem}
h1,h2,h3{hyphens:auto}
h1{line-height:1.2;margin:1.5rem 0 .5rem}
h2{line-height:1.25;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{margin:1.5rem 0 .5rem}
a{color:var(--link)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
li{margin:.35rem 0}
.beside{display:block}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.95rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border:1px solid var(--line);padding:.3rem .5rem;vertical-align:top;text-align:right}
th[scope=row],td.word,th.word{text-align:left}
thead th{background:var(--soft);text-align:left}
figure{margin:1.5rem 0}
svg{max-width:100%;height:auto;font:14px system-ui,sans-serif}
svg text{fill:currentColor}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--back);padding:.5rem}
@media print{:root{--text:#000;--back:#fff;--line:#555;--soft:#eee;--link:#000}body{font-size:10pt}
.scroll{overflow:visible}h2,h3,caption{break-after:avoid}tr,figure,li{break-inside:avoid}thead{display:table-header-group}.skip{display:none}
table{font-size:8pt}}
";

/// A page of pictures with their tables.
pub fn gallery(language: Language, title: &str, plots: &[Plot]) -> String {
    document(language, title, &html! { @for plot in plots { (plot.picture.figure()) } })
}

/// A whole document. `body` begins below the heading, with headings of the second level.
pub fn document(language: Language, title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " – kompetensnav" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a .skip href="#innehall" { (language.pick("Till innehållet", "Skip to the content")) }
                header { h1 { (title) } }
                main id="innehall" tabindex="-1" { (body) }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A figure, to the right.
    Figure(String),
    /// Words, to the left.
    Words(String),
}

/// A table with a caption; the first cell of a row is its heading. Wide ones scroll by keyboard as well.
pub fn table(caption: &str, columns: &[String], rows: &[(String, Vec<Cell>)]) -> Markup {
    html! {
        div .scroll role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody {
                    @for (heading, cells) in rows {
                        tr {
                            th scope="row" { (heading) }
                            @for cell in cells {
                                @match cell {
                                    Cell::Figure(text) => td { (text) },
                                    Cell::Words(text) => td .word { (text) },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_escaped() {
        let cell = Cell::Words("<script>alert(1)</script>".into());
        let body = table("a & b", &["<i>".into()], &[("\"x\"".into(), vec![cell])]);
        let page = document(Language::En, "<b>", &body);
        assert!(
            !page.contains("<script") && !page.contains("<i>") && !page.contains("<b>"),
            "{page}"
        );
        assert!(page.contains("a &amp; b") && page.contains("<html lang=\"en\">"));
    }
}
