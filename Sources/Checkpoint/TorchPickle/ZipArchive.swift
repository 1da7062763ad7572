import Interchange

/// The directory of a zip file with uncompressed entries, zip64 included (APPNOTE.TXT 4.3).
///
/// Only the checksums of small entries are compared: weights are read in parts and in any order.
struct ZipArchive {
  struct Entry {
    var name: [UInt8]
    var flags: UInt16
    var method: UInt16
    /// CRC-32 of the bytes; 0 where PyTorch was told not to compute it.
    var checksum: UInt32
    var size: UInt64
    /// Of the local header.
    var offset: UInt64
  }

  let file: InputFile
  let entries: [Entry]
  /// Where the entries' bytes end and the directory begins.
  private let directoryStart: UInt64

  /// A directory of more bytes is none of a state dictionary.
  private static let maximumDirectoryLength: UInt64 = 16 << 20

  init(_ file: InputFile) throws(CheckpointError) {
    self.file = file
    let end = try Self.endOfDirectory(file)
    guard end.offset <= end.position, end.size <= end.position - end.offset else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(end.position),
        "the zip directory of \(end.size) bytes at \(end.offset) is not inside the file", advice: Self.refetch
      )
    }
    guard end.size <= Self.maximumDirectoryLength else {
      throw CheckpointError(
        .unsupported, file: file.path, location: .offset(end.offset), "a zip directory of \(end.size) bytes")
    }
    directoryStart = end.offset
    let bytes = try file.bytes(at: end.offset, count: Int(end.size))
    entries = try Self.entries(LittleEndianBytes(bytes, file: file, offset: end.offset))
  }

  static let refetch = "it is truncated or corrupt: fetch it again"

  /// Where an entry's bytes begin; they are inside the file.
  func start(of entry: Entry) throws(CheckpointError) -> UInt64 {
    func failure(_ message: String) -> CheckpointError {
      CheckpointError(
        .malformed, file: file.path, location: .offset(entry.offset),
        "zip entry \(quoted(entry.name)): \(message)",
        advice: Self.refetch)
    }
    guard entry.flags & 1 == 0, entry.method == 0 else {
      throw CheckpointError(
        .unsupported, file: file.path, location: .offset(entry.offset),
        "zip entry \(quoted(entry.name)) is compressed or encrypted", advice: TorchFile.advice)
    }
    guard entry.offset < directoryStart, directoryStart - entry.offset >= 30 else {
      throw failure("lies outside of the file")
    }
    let header = LittleEndianBytes(
      try file.bytes(at: entry.offset, count: 30), file: file, offset: entry.offset)
    guard try header.integer(at: 0, UInt32.self) == 0x0403_4B50 else { throw failure("has no header") }
    let nameLength = try header.integer(at: 26, UInt16.self)
    let extraLength = try header.integer(at: 28, UInt16.self)
    let start = entry.offset + 30 + UInt64(nameLength) + UInt64(extraLength)
    guard start <= directoryStart, entry.size <= directoryStart - start else {
      throw failure("its \(entry.size) bytes do not fit into the file")
    }
    guard try file.bytes(at: entry.offset + 30, count: Int(nameLength)) == entry.name else {
      throw failure("has another name in its header")
    }
    return start
  }
}

extension ZipArchive {
  /// Compares an entry's bytes, which begin at `start`, with its checksum.
  func verify(_ entry: Entry, start: UInt64) throws(CheckpointError) {
    if entry.checksum == 0 { return }
    var checksum = CRC32()
    var position = start
    while position < start + entry.size {
      let bytes = try file.bytes(at: position, count: Int(min(1 << 16, start + entry.size - position)))
      checksum.update(bytes)
      position += UInt64(bytes.count)
    }
    guard checksum.value == entry.checksum else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(start),
        "zip entry \(quoted(entry.name)): its checksum differs", advice: Self.refetch)
    }
  }
}

extension ZipArchive {
  private struct End {
    /// Of the end record: nothing of the archive lies beyond.
    var position: UInt64
    var offset: UInt64
    var size: UInt64
  }

  /// Finds the end record, which only a comment of at most 65,535 bytes may follow.
  private static func endOfDirectory(_ file: InputFile) throws(CheckpointError) -> End {
    let length = min(file.size, 22 + 65_535)
    let start = file.size - length
    let tail = LittleEndianBytes(try file.bytes(at: start, count: Int(length)), file: file, offset: start)
    var index = Int(length) - 22
    while index >= 0 {
      if try tail.integer(at: index, UInt32.self) == 0x0605_4B50,
        try Int(tail.integer(at: index + 20, UInt16.self)) == Int(length) - 22 - index
      {
        let end = End(
          position: start + UInt64(index),
          offset: UInt64(try tail.integer(at: index + 16, UInt32.self)),
          size: UInt64(try tail.integer(at: index + 12, UInt32.self)))
        return try zip64(before: end, file) ?? end
      }
      index -= 1
    }
    throw CheckpointError(
      .malformed, file: file.path, location: .offset(file.size), "the zip archive has no end record",
      advice: refetch)
  }

  /// The zip64 end record, where a locator before the end record points to one.
  private static func zip64(before end: End, _ file: InputFile) throws(CheckpointError) -> End? {
    guard end.position >= 20 else { return nil }
    let locator = LittleEndianBytes(
      try file.bytes(at: end.position - 20, count: 20), file: file, offset: end.position - 20)
    guard try locator.integer(at: 0, UInt32.self) == 0x0706_4B50 else { return nil }
    let position = try locator.integer(at: 8, UInt64.self)
    guard position < end.position, end.position - position >= 56 else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(end.position - 20),
        "the zip64 locator points outside of the file", advice: refetch)
    }
    let record = LittleEndianBytes(try file.bytes(at: position, count: 56), file: file, offset: position)
    guard try record.integer(at: 0, UInt32.self) == 0x0606_4B50 else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(position), "no zip64 end record here", advice: refetch)
    }
    return End(
      position: position, offset: try record.integer(at: 48, UInt64.self),
      size: try record.integer(at: 40, UInt64.self))
  }

  private static func entries(_ bytes: LittleEndianBytes) throws(CheckpointError) -> [Entry] {
    var entries: [Entry] = []
    var index = 0
    while index < bytes.count {
      guard try bytes.integer(at: index, UInt32.self) == 0x0201_4B50 else {
        throw bytes.failure(at: index, "no zip directory entry here")
      }
      let nameLength = Int(try bytes.integer(at: index + 28, UInt16.self))
      let extraLength = Int(try bytes.integer(at: index + 30, UInt16.self))
      let commentLength = Int(try bytes.integer(at: index + 32, UInt16.self))
      var entry = Entry(
        name: try bytes.slice(at: index + 46, count: nameLength),
        flags: try bytes.integer(at: index + 8, UInt16.self),
        method: try bytes.integer(at: index + 10, UInt16.self),
        checksum: try bytes.integer(at: index + 16, UInt32.self),
        size: UInt64(try bytes.integer(at: index + 24, UInt32.self)),
        offset: UInt64(try bytes.integer(at: index + 42, UInt32.self)))
      let isPacked = try bytes.integer(at: index + 20, UInt32.self) == .max
      try widen(&entry, isPacked, bytes, extra: index + 46 + nameLength, count: extraLength)
      entries.append(entry)
      index += 46 + nameLength + extraLength + commentLength
    }
    return entries
  }

  /// Takes the 64-bit sizes and offset from the extra field, in their fixed order, where the 32-bit ones are all
  /// ones.
  private static func widen(
    _ entry: inout Entry, _ isPacked: Bool, _ bytes: LittleEndianBytes, extra start: Int, count: Int
  ) throws(CheckpointError) {
    var index = start
    while index + 4 <= start + count {
      let length = Int(try bytes.integer(at: index + 2, UInt16.self))
      guard index + 4 + length <= start + count else { return }
      if try bytes.integer(at: index, UInt16.self) == 1 {
        var field = index + 4
        if entry.size == UInt32.max {
          entry.size = try bytes.integer(at: field, UInt64.self)
          field += 8
        }
        if isPacked { field += 8 }
        if entry.offset == UInt32.max { entry.offset = try bytes.integer(at: field, UInt64.self) }
        return
      }
      index += 4 + length
    }
  }
}
