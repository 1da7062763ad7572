import Foundation
import KoQuant
import Testing

/// Files whose hashes are right and whose claims are not.
@Suite struct KoqFileHostileTests {
  private typealias Piece = KoqImage.Piece

  private func refuses(
    _ image: KoqImage, _ expected: KoqError.Reason? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: KoqError.self, sourceLocation: sourceLocation) {
      try withKoqFile(image.build()) { _ in }
    }
    if let expected { #expect(error?.reason == expected, sourceLocation: sourceLocation) }
  }

  private func refuses(
    _ expected: KoqError.Reason? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ edit: (inout Piece) -> Void
  ) {
    var piece = Piece("tensor", KoqImage.pattern(200), type: 1, shape: [10, 20])
    edit(&piece)
    refuses(KoqImage([Piece("first", [1, 2, 3]), piece]), expected, sourceLocation: sourceLocation)
  }

  @Test func names() {
    for name in [
      [], Array("first".utf8), [0x61, 0x0A], [0x7F], [0xC2, 0x80], [0x61, 0xC2, 0x9B], [0xC0, 0x80],
      [0xED, 0xA0, 0x80], [0xFF],
    ] {
      refuses { $0.name = name }
    }
    refuses { $0.name = [0x61, 0, 0x62] }
    refuses { $0.name = [UInt8](repeating: 0x61, count: 48) }
  }

  @Test func types() {
    refuses(.invalidEntry("element type")) { $0.elementType = 6 }
    refuses(.invalidEntry("codec")) { $0.codec = 2 }
    refuses(.invalidEntry("reserved field")) { $0.reserved = 1 }
    for kind: UInt8 in [0x81, 0xFF] { refuses(.unsupportedKind(kind)) { $0.kind = kind } }
  }

  @Test func shapes() {
    let lengths: [[UInt32]] = [[10, 21], [201], [10, 20, 0], [.max, .max, .max, .max], [0], []]
    for shape in lengths { refuses { $0.shape = shape } }
    refuses(.invalidEntry("shape")) { $0.rank = 5 }
    refuses(.invalidEntry("shape")) { $0.rank = 1 }
    refuses { $0.elementType = 5 }
    refuses {
      // 2^63 elements: the product of the shape overflows only with the size of an element.
      $0.shape = [1 << 31, 1 << 31, 2]
      $0.elementType = 5
      $0.rawLength = 0
    }
  }

  @Test func alignments() {
    for alignment: UInt32 in [0, 1, 3, 32, 96, 1 << 17, 1 << 31, .max] {
      var image = KoqImage([Piece("tensor", [1, 2, 3])])
      image.editTable = { table in table.replaceSubrange(52..<56, with: KoqImage.bytes(alignment)) }
      refuses(image)
    }
  }

  @Test func extents() {
    for offset: UInt64 in [0, 64, 127, 129, 192, 1 << 20, 1 << 62, 1 << 63, .max] {
      refuses { $0.offset = offset }
    }
    for length: UInt64 in [0, 199, 201, 1 << 20, 1 << 63, .max - 63, .max] {
      refuses { $0.storedLength = length }
      refuses {
        $0.storedLength = length
        $0.rawLength = length
      }
      refuses { $0.rawLength = length }
    }
  }

  @Test func overlaps() {
    var second = Piece("second", KoqImage.pattern(64))
    second.offset = 64
    refuses(KoqImage([Piece("first", KoqImage.pattern(64)), second]), .invalidEntry("place in the file"))
    var first = Piece("first", KoqImage.pattern(64))
    first.shape = [128]
    first.rawLength = 128
    first.storedLength = 128
    refuses(KoqImage([first, Piece("second", KoqImage.pattern(64))]))
  }

  @Test func gapsWhereDataCouldHide() {
    var image = KoqImage([Piece("first", [1]), Piece("second", [2])])
    image.editTable = { table in table.replaceSubrange(128 + 72..<128 + 80, with: KoqImage.bytes(UInt64(192)))
    }
    refuses(image, .invalidEntry("place in the file"))
    image = KoqImage([Piece("first", KoqImage.pattern(300))])
    image.editTable = { table in
      table.replaceSubrange(80..<88, with: KoqImage.bytes(UInt64(100)))
      table.replaceSubrange(88..<96, with: KoqImage.bytes(UInt64(100)))
      table.replaceSubrange(56..<60, with: KoqImage.bytes(UInt32(100)))
    }
    refuses(image, .invalidHeader("the table does not follow the last section"))
  }

  @Test func headers() {
    var image = KoqImage.sample
    image.flags = 0x0001_0000
    refuses(image, .unsupportedFlags(0x0001_0000))
    for count: UInt32 in [0, 5, 7, 16_385, .max] {
      image = .sample
      image.sectionCount = count
      refuses(image)
    }
    for size: UInt32 in [129, 1032] {
      image = .sample
      image.entrySize = size
      refuses(image, .invalidHeader("size of a table entry"))
    }
    for offset: UInt64 in [0, 32, 64, 65, 1 << 40, 1 << 63, .max] {
      image = .sample
      image.tableOffset = offset
      refuses(image, .invalidHeader("the table is not at the end of the file"))
    }
    for length: UInt64 in [0, 64, 1 << 40, .max] {
      image = .sample
      image.totalLength = length
      refuses(image)
    }
    image = .sample
    image.tail = [0, 0, 0, 0]
    refuses(image, .invalidHeader("the table is not at the end of the file"))
  }

  @Test func blocks() {
    func compressed(_ expected: KoqError.Reason? = nil, _ edit: (inout Piece) -> Void) {
      refuses(expected) { piece in
        piece = piece.zstd(rows: 3)
        edit(&piece)
      }
    }
    compressed(.invalidEntry("number of blocks")) { $0.blockCount = 3 }
    compressed(.invalidEntry("number of blocks")) { $0.blockCount = .max }
    compressed { $0.rowsPerBlock = 11 }
    compressed { $0.rowsPerBlock = .max }
    compressed(.invalidEntry("number of blocks")) { $0.stored = Array(($0.stored ?? []).suffix(64)) }
    compressed { $0.shape = [0, 20] }
  }

  @Test func blockIndexesAreNotTrusted() throws {
    let good = Piece("tensor", KoqImage.pattern(200), type: 1, shape: [10, 20]).zstd(rows: 3)
    let stored = try #require(good.stored)
    for block in 0..<4 {
      for end: UInt64 in [0, 1, UInt64(stored.count), 1 << 40, 1 << 63, .max] {
        var piece = good
        let position = stored.count - 64 + 16 * block
        piece.stored?.replaceSubrange(position..<position + 8, with: KoqImage.bytes(end))
        try withKoqFile(KoqImage([piece]).build()) { file in
          #expect(throws: KoqError.self) { try file.decoded(file.sections[0], try SectionDecoder()) }
          for row in 0..<10 {
            let rows = try? file.decodedRows(file.sections[0], row..<row + 1, try SectionDecoder())
            if let rows { #expect(rows == Array(good.raw[row * 20..<row * 20 + 20])) }
          }
        }
      }
    }
  }

  @Test func allocationBombs() throws {
    // 16 bytes of zstd that say they hold gigabytes: refused by the table alone.
    for length: UInt64 in [1 << 20, 1 << 32, 1 << 40, 1 << 62] {
      var piece = Piece("bomb", [], type: 1, shape: [UInt32(clamping: length >> 4), 16])
      piece.codec = 1
      piece.stored = KoqImage.pattern(16)
      piece.rawLength = length
      refuses(KoqImage([piece]))
    }
    // Frames whose own declaration differs from the table's.
    let frame = KoqImage.compress([UInt8](repeating: 0, count: 60_000))
    var piece = Piece("bomb", KoqImage.pattern(500), type: 1, shape: [500])
    piece.codec = 1
    piece.stored = frame
    try withKoqFile(KoqImage([piece]).build()) { file in
      #expect(throws: KoqError(.notDecodable, section: "bomb", offset: 64)) {
        try file.decoded(file.sections[0], try SectionDecoder())
      }
    }
  }

  @Test func framesMustBeExactlyOne() throws {
    let raw = KoqImage.pattern(500)
    let frame = KoqImage.compress(raw)
    let empty = KoqImage.compress([])
    let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 0]
    let half = KoqImage.compress(Array(raw[..<250])) + KoqImage.compress(Array(raw[250...]))
    for stored in [
      frame + [0], frame + empty, skippable + frame, frame + skippable, half, frame.dropLast(), [],
    ] {
      var piece = Piece("tensor", raw)
      piece.codec = 1
      piece.stored = Array(stored)
      guard !stored.isEmpty else {
        refuses(KoqImage([piece]))
        continue
      }
      try withKoqFile(KoqImage([piece]).build()) { file in
        #expect(throws: KoqError(.notDecodable, section: "tensor", offset: 64)) {
          try file.decoded(file.sections[0], try SectionDecoder())
        }
      }
    }
  }

  @Test func laterMinorVersionsAreRead() throws {
    var unknown = Piece("extension", [1, 2, 3])
    unknown.kind = 0x7F
    unknown.elementType = 99
    unknown.codec = 77
    unknown.rank = 9
    var image = KoqImage.sample
    image.pieces.insert(unknown, at: 2)
    image.minor = 9
    image.flags = 0x0000_8001
    image.entrySize = 160
    try withKoqFile(image.build()) { file in
      let decoder = try SectionDecoder()
      #expect(file.sections[2].kind == .unknown(0x7F))
      #expect(file.section(named: "extension") == nil)
      try file.verifyAll(using: decoder)
      for piece in KoqImage.sample.pieces {
        let name = try #require(SectionName(string: String(decoding: piece.name, as: UTF8.self)))
        #expect(try file.decoded(try file.requiredSection(named: name), decoder) == piece.raw)
      }
    }
  }

  @Test func randomTablesNeverCrash() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<3_000 {
      var image = KoqImage.sample
      let edits = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        (Int.random(in: 0..<6 * 128, using: &random), UInt8.random(in: 0...255, using: &random))
      }
      image.editTable = { table in for (index, byte) in edits { table[index] = byte } }
      try? withKoqFile(image.build()) { file in
        let decoder = try SectionDecoder()
        for entry in file.sections {
          _ = try? file.decoded(entry, decoder)
          _ = try? file.decodedRows(entry, 0..<min(1, entry.rows), decoder)
          _ = try? file.bytes(of: entry)
        }
        try? file.verifyAll(using: decoder)
      }
    }
  }
}
