import Interchange

/// Reads the table of a `.safetensors` file: eight bytes of header length, a JSON header, the tensors' bytes.
///
/// Rules of the reference reader (huggingface/safetensors, `Metadata::validate`): the tensors in the order of
/// their offsets leave no hole, do not overlap and end where the file ends. Every length is checked against the
/// file before memory is asked for.
enum SafetensorsFile {
  /// Headers of encoders have some tens of KiB; the reference allows 100 MB.
  static let maximumHeaderLength: UInt64 = 16 << 20

  static func tensors(in file: InputFile) throws(CheckpointError) -> [StoredTensor] {
    let header = try header(of: file)
    let dataStart = 8 + UInt64(header.length)
    var entries: [Entry] = []
    for member in try header.node.members() where !member.key.elementsEqual("__metadata__".utf8) {
      entries.append(try Entry(member, header: header.node))
    }
    try checkNames(entries, file: file)
    try checkExtents(entries, file: file, dataLength: file.size - dataStart)
    return entries.map { entry in
      StoredTensor(
        name: entry.name, elementType: entry.elementType, shape: entry.shape,
        strides: StoredTensor.contiguousStrides(entry.shape), file: file, offset: dataStart + entry.begin)
    }
  }

  private static func header(
    of file: InputFile
  ) throws(CheckpointError) -> (node: JSONNode, length: Int) {
    let prefix = try file.bytes(at: 0, count: 8)
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= file.size - 8 else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(0),
        "the header's length of \(length) bytes is more than the file of \(file.size) bytes has",
        advice: "it is truncated or no safetensors file: fetch it again")
    }
    guard length <= maximumHeaderLength else {
      throw CheckpointError(
        .unsupported, file: file.path, location: .offset(0),
        "a header of \(length) bytes is more than the \(maximumHeaderLength) allowed")
    }
    let text = try file.bytes(at: 8, count: Int(length))
    do {
      let json = try JSON(parsing: text)
      return (JSONNode(json: json, path: "", file: file.path), Int(length))
    } catch {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(8 + UInt64(error.offset)),
        "the header is not JSON: \(error.message)",
        advice: "it is corrupt or no safetensors file: fetch it again")
    }
  }

  /// Two tensors of one name would be read differently by different readers.
  private static func checkNames(_ entries: [Entry], file: InputFile) throws(CheckpointError) {
    var names: Set<[UInt8]> = []
    for entry in entries where !names.insert(Array(entry.name.utf8)).inserted {
      throw entry.failure(.malformed, file, "the name appears twice")
    }
  }

  private static func checkExtents(
    _ entries: [Entry], file: InputFile, dataLength: UInt64
  ) throws(CheckpointError) {
    let sorted = entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var end: UInt64 = 0
    for entry in sorted {
      guard entry.begin == end else {
        let what = entry.begin < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw entry.failure(
          .malformed, file, "data_offsets [\(entry.begin), \(entry.end)] \(what), which ends at \(end)")
      }
      guard entry.end <= dataLength else {
        throw entry.failure(
          .malformed, file,
          "ends at byte \(entry.end) of the data, of which the file has \(dataLength)",
          advice: "it is truncated: fetch it again")
      }
      end = entry.end
    }
    guard end == dataLength else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(file.size - (dataLength - end)),
        "\(dataLength - end) bytes follow the last tensor")
    }
  }
}

extension SafetensorsFile {
  /// One tensor's line of the header.
  private struct Entry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// In bytes from the end of the header.
    let begin: UInt64
    let end: UInt64

    init(_ member: JSON.Member, header: JSONNode) throws(CheckpointError) {
      name = String(decoding: member.key, as: UTF8.self)
      let node = header.child(member.value, printable(name))
      let spelling = try node.required("dtype").string()
      guard let elementType = ElementType(safetensors: spelling) else {
        throw CheckpointError(
          .unsupported, file: header.file, location: .tensor(name), "unknown dtype \(quoted(spelling))",
          advice: "save it as F32, F16 or BF16")
      }
      self.elementType = elementType
      let sizes = try node.required("shape").elements()
      guard sizes.count <= StoredTensor.maximumRank else {
        throw node.failure(.unsupported, "more than \(StoredTensor.maximumRank) dimensions")
      }
      var shape: [Int] = []
      for size in sizes { shape.append(try size.integer(in: 0...Int.max)) }
      self.shape = shape
      let offsets = try node.required("data_offsets").elements()
      guard offsets.count == 2 else { throw node.failure(.malformed, "data_offsets must be two numbers") }
      begin = UInt64(try offsets[0].integer(in: 0...Int.max))
      end = UInt64(try offsets[1].integer(in: 0...Int.max))
      let length = StoredTensor.count(of: shape)?.multipliedReportingOverflow(by: elementType.size)
      guard end >= begin, let length, !length.overflow, UInt64(length.partialValue) == end - begin else {
        throw CheckpointError(
          .malformed, file: header.file, location: .tensor(name),
          "data_offsets [\(begin), \(end)] do not hold \(shape) elements of type \(elementType.name)")
      }
    }

    func failure(
      _ kind: CheckpointError.Kind, _ file: InputFile, _ message: String, advice: String = ""
    ) -> CheckpointError {
      CheckpointError(kind, file: file.path, location: .tensor(name), message, advice: advice)
    }
  }
}

extension ElementType {
  /// From a safetensors header's `dtype`; nil for a name that is not in its documentation.
  init?(safetensors name: String) {
    switch name {
    case "F64": self = .float64
    case "F32": self = .float32
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "I64": self = .int64
    case "I32": self = .int32
    case "I16": self = .int16
    case "I8": self = .int8
    case "U8": self = .uint8
    case "BOOL": self = .boolean
    case "U64", "C64": self = .other(name, size: 8)
    case "U32": self = .other(name, size: 4)
    case "U16": self = .other(name, size: 2)
    case "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": self = .other(name, size: 1)
    default: return nil
    }
  }
}
