/// Bytes of a file with checked access to the integers in them.
struct LittleEndianBytes {
  private let bytes: [UInt8]
  private let file: InputFile
  /// Of the first byte in the file.
  private let offset: UInt64

  init(_ bytes: [UInt8], file: InputFile, offset: UInt64) {
    self.bytes = bytes
    self.file = file
    self.offset = offset
  }

  var count: Int { bytes.count }

  func integer<Value: FixedWidthInteger & UnsignedInteger>(
    at index: Int, _ type: Value.Type
  ) throws(CheckpointError) -> Value {
    let length = Value.bitWidth / 8
    guard index >= 0, index <= bytes.count, bytes.count - index >= length else {
      throw failure(at: index, "the record is cut off")
    }
    var value: Value = 0
    for position in (index..<index + length).reversed() { value = value << 8 | Value(bytes[position]) }
    return value
  }

  func slice(at index: Int, count: Int) throws(CheckpointError) -> [UInt8] {
    guard index >= 0, count >= 0, index <= bytes.count, bytes.count - index >= count else {
      throw failure(at: index, "the record is cut off")
    }
    return Array(bytes[index..<index + count])
  }

  func failure(at index: Int, _ message: String) -> CheckpointError {
    CheckpointError(
      .malformed, file: file.path, location: .offset(offset + UInt64(max(index, 0))), message,
      advice: ZipArchive.refetch)
  }
}
