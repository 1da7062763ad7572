import Interchange
import KoQuant

/// Writes vectors in order to standard output, or to a file that appears when it is whole.
struct VectorWriter {
  private let format: VectorFormat
  private let dimension: Int
  private var destination: Destination
  private var rows = 0
  private var line = JSONLine()

  init(_ format: VectorFormat, dimension: Int, path: String?) throws {
    self.format = format
    self.dimension = dimension
    if let path {
      destination = .file(try AtomicFileWriter(path: path), length: 0)
    } else if format == .npy {
      // The header holds the number of vectors, which is known only in the end.
      destination = .spool(try SpoolFile(), length: 0)
    } else {
      destination = .standardOutput
    }
    if format == .npy { try write(NumPyHeader.bytes(rows: 0, columns: dimension)) }
  }

  mutating func append(_ record: EmbeddingStream.Record) throws {
    rows += 1
    switch format {
    case .jsonl: line.append(record)
    case .text: line.appendNumbers(record.embedding)
    case .npy, .f32: line.appendFloats(record.embedding)
    }
    if line.bytes.count >= 1 << 16 { try flush() }
  }

  /// Writes what has been appended so far.
  mutating func flush() throws {
    try write(line.bytes)
    line.clear()
  }

  mutating func finish() throws {
    try flush()
    let header = format == .npy ? NumPyHeader.bytes(rows: rows, columns: dimension) : []
    switch destination {
    case .standardOutput: break
    case .file(let file, _):
      try header.withUnsafeBytes { try file.write($0, at: 0) }
      try file.commit()
    case .spool(let spool, let length):
      try header.withUnsafeBytes { try spool.write($0, at: 0) }
      try spool.copy(length, to: OutputDescriptor(1, name: "standard output"))
    }
  }

  private mutating func write(_ bytes: [UInt8]) throws {
    switch destination {
    case .standardOutput:
      try OutputDescriptor(1, name: "standard output").write(bytes)
    case .file(let file, let length):
      try bytes.withUnsafeBytes { try file.write($0, at: length) }
      destination = .file(file, length: length + bytes.count)
    case .spool(let spool, let length):
      try bytes.withUnsafeBytes { try spool.write($0, at: length) }
      destination = .spool(spool, length: length + bytes.count)
    }
  }

  private enum Destination {
    case standardOutput
    case file(AtomicFileWriter, length: Int)
    case spool(SpoolFile, length: Int)
  }
}

extension JSONLine {
  /// One line of numbers separated by spaces.
  fileprivate mutating func appendNumbers(_ values: UnsafeBufferPointer<Float>) {
    for (index, value) in values.enumerated() {
      if index > 0 { append(byte: UInt8(ascii: " ")) }
      append(number: value)
    }
    append(byte: UInt8(ascii: "\n"))
  }

  /// Little-endian bits.
  fileprivate mutating func appendFloats(_ values: UnsafeBufferPointer<Float>) {
    for value in values {
      let bits = value.bitPattern
      for shift in [UInt32(0), 8, 16, 24] { append(byte: UInt8(truncatingIfNeeded: bits >> shift)) }
    }
  }
}
