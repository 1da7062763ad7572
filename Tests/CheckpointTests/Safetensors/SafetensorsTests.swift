import Checkpoint
import Foundation
import Interchange
import Testing

@Suite struct SafetensorsTests {
  /// A file of one header and as many bytes of zeros.
  static func file(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private func failure(_ bytes: [UInt8]) throws -> CheckpointError? {
    let folder = try TemporaryFolder()
    try folder.write(bytes, "model.safetensors")
    return folder.failure()
  }

  private static func tensor(_ name: String, _ begin: Int, _ end: Int, dtype: String = "F32") -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":[\((end - begin) / 4)],\"data_offsets\":[\(begin),\(end)]}"
  }

  static let malformed: [(String, [UInt8])] = [
    ("empty", []), ("seven bytes", [1, 0, 0, 0, 0, 0, 0]),
    ("bomb", file("{}", data: 150, length: .max)), ("bomb of 2 GiB", file("{}", data: 150, length: 1 << 31)),
    ("one byte too long", file("{}", data: 0, length: 3)), ("no object", file("[]", data: 0)),
    ("no JSON", file("{\"a\":", data: 0)), ("ill-formed UTF-8", file("{}", data: 0).dropLast() + [0xFF]),
    ("hole", file("{\(tensor("a", 0, 4)),\(tensor("b", 8, 12))}", data: 12)),
    ("overlap", file("{\(tensor("a", 0, 8)),\(tensor("b", 4, 12))}", data: 12)),
    ("late start", file("{\(tensor("a", 4, 8))}", data: 8)),
    ("bytes behind", file("{\(tensor("a", 0, 4))}", data: 5)),
    ("bytes missing", file("{\(tensor("a", 0, 8))}", data: 4)),
    ("reversed", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,0]}}", data: 4)),
    ("twice", file("{\(tensor("a", 0, 4)),\(tensor("a", 4, 8))}", data: 8)),
    ("shape", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", data: 4)),
    (
      "overflow",
      file(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,0]}}", data: 0)
    ),
    ("negative", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}}", data: 4)),
    ("huge offset", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,1e300]}}", data: 4)),
    ("no offsets", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", data: 4)),
    ("three offsets", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", data: 4)),
  ]

  @Test("Malformed files are errors", arguments: malformed)
  func findsMalformed(_ name: String, _ bytes: [UInt8]) throws {
    let error = try #require(try failure(bytes))
    #expect(error.file.hasSuffix("model.safetensors"))
    #expect(error.kind == .malformed || error.kind == .missing, "\(name): \(error)")
    #expect(error.kind == .malformed || name == "no offsets")
  }

  @Test("Number formats that are no weights are named") func formats() throws {
    for (dtype, kind) in [("F8_E4M3", CheckpointError.Kind.unsupported), ("X9", .unsupported)] {
      let folder = try TemporaryFolder()
      var text = try header(of: Golden.bytes("weights/f32.safetensors"))
      let old = "\"embeddings.LayerNorm.bias\":{\"dtype\":\"F32\",\"shape\":[8]"
      #expect(text.contains(old))
      text = text.replacingOccurrences(
        of: old, with: "\"embeddings.LayerNorm.bias\":{\"dtype\":\"\(dtype)\",\"shape\":[32]")
      try folder.write(rebuilt(text), "model.safetensors")
      let error = try #require(folder.failure())
      #expect(error.kind == kind)
      #expect(error.location == .tensor("embeddings.LayerNorm.bias"))
      #expect(error.description.contains(dtype))
    }
  }

  @Test("NaN and infinity are named with their index", arguments: ["NaN", "infinite"])
  func notFinite(_ what: String) throws {
    let folder = try TemporaryFolder()
    var bytes = try Golden.bytes("weights/f32.safetensors")
    let entry = try JSON(parsing: Array(header(of: bytes).utf8))["encoder.layer.1.output.dense.weight"]
    let begin = try #require(entry?["data_offsets"]?.arrayValue?.first?.integerValue)
    let place = bytes.count - 6112 + begin + 4 * 37
    bytes.replaceSubrange(place..<place + 4, with: what == "NaN" ? [1, 0, 0x80, 0x7F] : [0, 0, 0x80, 0xFF])
    try folder.write(bytes, "model.safetensors")
    let checkpoint = try folder.open()
    let error = #expect(throws: CheckpointError.self) { try checkpoint.values(of: .layer(1, .output)) }
    #expect(error?.kind == .notFinite)
    #expect(error?.location == .tensor("encoder.layer.1.output.dense.weight"))
    #expect(error?.message == "element 37 is \(what)")
    let row = #expect(throws: CheckpointError.self) {
      try checkpoint.values(of: .layer(1, .output), rows: 2..<4)
    }
    #expect(row?.message == "element 37 is \(what)")
  }

  @Test("Two encoders in one file are refused") func twoEncoders() throws {
    let folder = try TemporaryFolder()
    let text = try header(of: Golden.bytes("weights/f32.safetensors")).replacingOccurrences(
      of: "encoder.layer.0.output.dense.bias", with: "b.embeddings.word_embeddings.weight")
    try folder.write(rebuilt(text), "model.safetensors")
    #expect(folder.failure()?.message.contains("more than one encoder") == true)
  }

  private func header(of bytes: [UInt8]) throws -> String {
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    return String(decoding: bytes[8..<8 + length], as: UTF8.self)
  }

  /// The golden file with another header.
  private func rebuilt(_ header: String) throws -> [UInt8] {
    let bytes = try Golden.bytes("weights/f32.safetensors")
    return Self.file(header, data: 0) + bytes.suffix(6112)
  }
}
