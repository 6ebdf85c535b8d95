//! The table as a Parquet file; the only place that names `parquet`.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use parquet::{
    basic::{Compression, ConvertedType, GzipLevel, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};

use super::table::{COLUMNS, Column, Kind};
use crate::domain::Meta;

/// Rows that are held and written together.
const GROUP: usize = 65_536;

/// Makes a Parquet file of the [`super::Form::Raw`] table, with its columns under the same names; an empty
/// cell is null, and the versions behind it in the file's metadata as `kompetensnav.engine` and so on. Memory
/// does not grow with the table.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn parquet(table: impl Read, meta: &Meta, out: impl Write + Send) -> io::Result<()> {
    let schema = schema().map_err(refused)?;
    let level = GzipLevel::default();
    let versions = meta
        .versions()
        .into_iter()
        .map(|(name, version)| KeyValue::new(format!("kompetensnav.{name}"), version.to_owned()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(level))
        .set_created_by(concat!("kompetensnav ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(versions.collect()))
        .build();
    let mut file =
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(refused)?;
    let mut reader = csv::Reader::from_reader(table);
    let mut lines = reader.records();
    loop {
        let group: Result<Vec<csv::StringRecord>, csv::Error> =
            lines.by_ref().take(GROUP).collect();
        let group = group?;
        if group.is_empty() {
            break;
        }
        let mut rows = file.next_row_group().map_err(refused)?;
        for (at, column) in COLUMNS.iter().enumerate() {
            let cells: Vec<Option<&str>> =
                group.iter().map(|line| line.get(at).filter(|cell| !cell.is_empty())).collect();
            write_column(&mut rows, column, &cells).map_err(refused)?;
        }
        rows.close().map_err(refused)?;
    }
    file.close().map_err(refused)?;
    Ok(())
}

fn schema() -> Result<Type, ParquetError> {
    let field = |column: &Column| {
        let (physical, converted) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
            Kind::Whole => (Physical::INT64, ConvertedType::NONE),
            Kind::Real => (Physical::DOUBLE, ConvertedType::NONE),
            Kind::Flag => (Physical::BOOLEAN, ConvertedType::NONE),
        };
        Type::primitive_type_builder(column.key, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_converted_type(converted)
            .build()
            .map(Arc::new)
    };
    let fields: Result<Vec<Arc<Type>>, ParquetError> = COLUMNS.iter().map(field).collect();
    Type::group_type_builder("paths").with_fields(fields?).build()
}

fn write_column<W: Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    column: &Column,
    cells: &[Option<&str>],
) -> Result<(), ParquetError> {
    match column.kind {
        Kind::Text => write::<ByteArrayType, W>(rows, cells, |cell| Some(ByteArray::from(cell))),
        Kind::Whole => write::<Int64Type, W>(rows, cells, |cell| cell.parse().ok()),
        Kind::Real => write::<DoubleType, W>(rows, cells, |cell| cell.parse().ok()),
        Kind::Flag => write::<BoolType, W>(rows, cells, |cell| cell.parse().ok()),
    }
}

fn write<T: DataType, W: Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    cells: &[Option<&str>],
    read: impl Fn(&str) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let read: Vec<Option<T::T>> = cells.iter().map(|cell| cell.and_then(&read)).collect();
    let there: Vec<i16> = read.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = read.into_iter().flatten().collect();
    let Some(mut column) = rows.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".to_owned()));
    };
    column.typed::<T>().write_batch(&values, Some(&there), None)?;
    column.close()
}

fn refused(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
