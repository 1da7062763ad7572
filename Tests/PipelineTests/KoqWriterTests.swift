import Conversion
import Foundation
import KoQuant
import Testing

@Suite final class KoqWriterTests {
  private let folder: String
  private var path: String { folder + "/model.koq" }

  init() throws {
    folder = NSTemporaryDirectory() + "/koquant-writer-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var remaining: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

  private func contents() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// Bytes of a bell-shaped distribution, as weights have it.
  private static func weights(_ count: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { _ in
      var sum = 0
      for _ in 0..<4 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        sum += Int(state >> 40) & 31
      }
      return UInt8(truncatingIfNeeded: sum - 62)
    }
  }

  private static func noise(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private static let parts: [(KoqWriter.Section, [UInt8])] = [
    (.init(document: "provenance", length: 200), [UInt8](repeating: 0x20, count: 200)),
    (.init("embeddings.word.values", .int8, shape: [100, 64], rowsPerBlock: 8), weights(6_400)),
    (.init("layers.0.output.weights", .int8, shape: [3, 40, 16, 4], attribute: 128), weights(7_680)),
    (.init("layers.0.output.scales", .float32, shape: [48]), weights(192)),
    (.init("nothing", .float32, shape: [0]), []),
    (.init("small", .int8, shape: [4]), [1, 2, 3, 4]),
  ]

  @discardableResult
  private func write(
    _ compression: KoqWriter.Compression, _ parts: [(KoqWriter.Section, [UInt8])] = parts,
    pieces: Int = .max, calls: SystemCalls = .live
  ) throws -> KoqWriter.Summary {
    let writer = try KoqWriter(path: path, calls: calls)
    for (section, bytes) in parts {
      try writer.begin(section, compression)
      var rest = bytes[...]
      while !rest.isEmpty {
        try rest.prefix(pieces).withUnsafeBytes { try writer.write($0) }
        rest = rest.dropFirst(min(pieces, rest.count))
      }
      try writer.endSection()
    }
    return try writer.finish()
  }

  /// Tensors in int8 are compressed with the level that was asked for; everything else, which is small, with 19 at least.
  @Test func smallSectionsTakeAHighLevel() throws {
    /// The bytes in the file of the same text as a section of a type.
    func stored(_ type: SectionEntry.ElementType, level: Int32) throws -> Data {
      let text = (0..<4_000).flatMap { Array("\($0 * $0 % 977) ".utf8) }
      let bytes = Array(text.prefix(text.count / 4 * 4))
      let section = KoqWriter.Section(
        "text", type, shape: [type == .int8 ? bytes.count : bytes.count / 4])
      let entry = try #require(try write(.zstd(level: level), [(section, bytes)]).sections.first)
      #expect(entry.codec == .zstd)
      return try contents()[entry.offset..<entry.offset + entry.storedLength]
    }
    let small = try stored(.float32, level: 19)
    #expect(try stored(.float32, level: 1) == small)
    #expect(try stored(.int8, level: 19) == small)
    #expect(try stored(.int8, level: 1).count > small.count)
  }

  private func expectContents(_ parts: [(KoqWriter.Section, [UInt8])]) throws {
    let file = try KoqFile(path: path)
    let decoder = try SectionDecoder()
    #expect(file.sections.count == parts.count)
    for (entry, (section, bytes)) in zip(file.sections, parts) {
      #expect(entry.name == section.name && entry.shape.array == section.shape)
      #expect(entry.attribute == section.attribute && entry.rowsPerBlock == section.rowsPerBlock)
      var decoded = [UInt8](repeating: 0xAA, count: entry.rawLength)
      try decoded.withUnsafeMutableBytes { try file.decode(entry, into: $0, using: decoder) }
      #expect(decoded == bytes)
    }
    try file.verifyAll(using: decoder)
  }

  @Test(arguments: [KoqWriter.Compression.stored, .zstd(level: 1), .zstd(level: 19)])
  func roundTrip(compression: KoqWriter.Compression) throws {
    let summary = try write(compression)
    try expectContents(Self.parts)
    #expect(remaining == ["model.koq"])
    let file = try KoqFile(path: path)
    #expect(file.header == summary.header && file.sections == summary.sections)
    let embeddings = try file.requiredSection(named: "embeddings.word.values")
    #expect(embeddings.codec == (compression == .stored ? .stored : .zstd))
    #expect(embeddings.blocks == 13)
  }

  @Test func largeStoredTensorsHaveTheirOwnPages() throws {
    let summary = try write(.stored)
    for entry in summary.sections {
      let paged = entry.elementType == .int8 && entry.rawLength >= 4096
      #expect(entry.alignment == (paged ? 4096 : 64) && entry.offset % entry.alignment == 0)
    }
  }

  @Test(arguments: [1, 7, 64, 500, 513, 5_000]) func piecesDoNotMatter(pieces: Int) throws {
    for compression in [KoqWriter.Compression.stored, .zstd(level: 3)] {
      try write(compression)
      let whole = try contents()
      try write(compression, pieces: pieces)
      #expect(try contents() == whole)
    }
  }

  @Test func contentHashIgnoresPacking() throws {
    let stored = try write(.stored)
    let packed = try write(.zstd(level: 9))
    #expect(stored.header.contentHash == packed.header.contentHash)
    #expect(stored.header.tableHash != packed.header.tableHash)
    #expect(packed.header.totalLength < stored.header.totalLength)
    var parts = Self.parts
    parts[3].1[0] ^= 1
    #expect(try write(.stored, parts).header.contentHash != stored.header.contentHash)
    parts = Self.parts
    parts[2].0.attribute = 64
    #expect(try write(.stored, parts).header.contentHash != stored.header.contentHash)
  }

  @Test func whatDoesNotShrinkIsStored() throws {
    let parts: [(KoqWriter.Section, [UInt8])] = [
      (.init("noise", .int8, shape: [5_000]), Self.noise(5_000)),
      (.init("noisy rows", .int8, shape: [50, 100], rowsPerBlock: 5), Self.noise(5_000)),
      (.init("tiny", .bytes, shape: [3]), [1, 2, 3]),
    ]
    let summary = try write(.zstd(level: 3), parts)
    #expect(summary.sections.allSatisfy { $0.codec == .stored })
    #expect(summary.sections[0].alignment == 4096)
    try expectContents(parts)
  }

  @Test func whatShrinksToNothingIsStored() throws {
    let zeros = [UInt8](repeating: 0, count: 4_000_000)
    var late = zeros
    late.replaceSubrange(0..<1_000, with: Self.weights(1_000))
    let parts: [(KoqWriter.Section, [UInt8])] = [
      (.init("zeros", .int8, shape: [4_000_000]), zeros),
      (.init("zeros in blocks", .int8, shape: [4, 1_000_000], rowsPerBlock: 1), zeros),
      (.init("zeros behind", .int8, shape: [4_000, 1_000], rowsPerBlock: 1_000), late),
    ]
    for pieces in [Int.max, 70_000] {
      let summary = try write(.zstd(level: 3), parts, pieces: pieces)
      #expect(summary.sections.allSatisfy { $0.codec == .stored })
      try expectContents(parts)
    }
  }

  @Test func anEmptyFileIsAFile() throws {
    let summary = try write(.stored, [])
    #expect(summary.header.totalLength == 64 && summary.header.sectionCount == 0)
    #expect(try KoqFile(path: path).sections.isEmpty)
  }

  @Test func misuseThrows() throws {
    let writer = try KoqWriter(path: path)
    let bytes: [UInt8] = [1, 2, 3, 4]
    try bytes.withUnsafeBytes { bytes in
      #expect(throws: KoqError.self) { try writer.write(bytes) }
      #expect(throws: KoqError.self) { try writer.endSection() }
      #expect(throws: KoqError.self) { try writer.begin(.init(.none, .bytes, shape: [4]), .stored) }
      #expect(throws: KoqError.self) { try writer.begin(.init("a", .bytes, shape: [-4]), .stored) }
      #expect(throws: KoqError.self) {
        try writer.begin(.init("a", .bytes, shape: [1 << 31, 1 << 31, 1 << 31]), .stored)
      }
      #expect(throws: KoqError.self) {
        try writer.begin(.init("a", .bytes, shape: [4], rowsPerBlock: 5), .stored)
      }
      #expect(throws: KoqError.self) { try writer.begin(.init("a", .bytes, shape: [4]), .zstd(level: 99)) }
      try writer.append(.init("a", .bytes, shape: [4]), bytes, .stored)
      #expect(throws: KoqError.self) { try writer.begin(.init("a", .bytes, shape: [4]), .stored) }
      try writer.begin(.init("b", .bytes, shape: [5]), .stored)
      #expect(throws: KoqError.self) { try writer.begin(.init("c", .bytes, shape: [4]), .stored) }
      try writer.write(bytes)
      #expect(throws: KoqError.self) { try writer.endSection() }
      #expect(throws: KoqError.self) { try writer.write(bytes) }
      #expect(throws: KoqError.self) { _ = try writer.finish() }
    }
  }

  @Test func nothingRemainsOfAnAbandonedFile() throws {
    try Data("good work".utf8).write(to: URL(fileURLWithPath: path))
    do {
      let writer = try KoqWriter(path: path)
      try writer.append(document: "a", [1, 2, 3], .stored)
    }
    #expect(try contents() == Data("good work".utf8))
    #expect(remaining == ["model.koq"])
  }

  @Test func aFullDiskLeavesTheOldFile() throws {
    try Data("good work".utf8).write(to: URL(fileURLWithPath: path))
    for room in [0, 64, 5_000, 10_000, 20_000, 20_991] {
      var calls = SystemCalls.live
      calls.writeAt = { descriptor, bytes, count, offset in
        offset + Int64(count) > room
          ? -Int64(ENOSPC) : SystemCalls.live.writeAt(descriptor, bytes, count, offset)
      }
      let error = #expect(throws: KoqError.self, "\(room)") { try self.write(.stored, calls: calls) }
      #expect(error?.reason == .system(SystemError(.write, .errno(ENOSPC), path: path)))
      #expect(error?.message == "cannot write \(path): No space left on device")
      #expect(try contents() == Data("good work".utf8))
      #expect(remaining == ["model.koq"])
    }
  }

  @Test func impossiblePlacesThrow() throws {
    #expect(throws: KoqError.self) { try KoqWriter(path: folder) }
    #expect(throws: KoqError.self) { try KoqWriter(path: folder + "/missing/model.koq") }
    #expect(throws: KoqError.self) { try KoqWriter(path: "/dev/full") }
  }
}
