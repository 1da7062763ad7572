import Interchange
import Testing

@Suite struct NumPyTests {
  /// What numpy.save writes for numpy.array([[1, -2.5, 1e-45]], "<f4").
  private let file: [UInt8] =
    [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
    + Array("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }".utf8)
    + [UInt8](repeating: 0x20, count: 58) + [0x0A]
    + [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0, 1, 0, 0, 0]

  private func read(_ bytes: [UInt8]) throws(NumPyError) -> FloatMatrix {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(NumPyError) in try FloatMatrix(npy: bytes) }
    }
    return try result.get()
  }

  /// A file of version 1.0 with this header and the data of `file`.
  private func file(header: String, version: [UInt8] = [1, 0]) -> [UInt8] {
    let length = header.utf8.count
    let lengthBytes = [UInt8(length & 0xFF), UInt8(length >> 8)] + (version == [2, 0] ? [0, 0] : [])
    return file[..<6] + version + lengthBytes + Array(header.utf8) + file.suffix(12)
  }

  @Test func readsAndWritesWhatNumPyWrites() throws {
    let matrix = try read(file)
    #expect(matrix == FloatMatrix(rows: 1, columns: 3, values: [1, -2.5, Float.leastNonzeroMagnitude]))
    #expect(matrix.npy() == file)
    var large = FloatMatrix(rows: 50, columns: 384)
    for index in large.values.indices { large.values[index] = Float(index) * -0.37 }
    #expect(try read(large.npy()) == large)
  }

  @Test func headersAreOfOneLength() {
    for rows in [0, 1, 1_000_000, Int.max] {
      let header = NumPyHeader.bytes(rows: rows, columns: 65_536)
      #expect(header.count == NumPyHeader.length)
      #expect(header.last == 0x0A)
    }
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1), }",
    "{\"shape\":(3,1),\"descr\":\"<f4\",\"fortran_order\":False}\n",
    " { 'fortran_order' : False , 'shape' : ( 3 , 1 , ) , 'descr' : '<f4' } ",
  ])
  func readsEveryWayToWriteAHeader(header: String) throws {
    let expected = FloatMatrix(rows: 3, columns: 1, values: [1, -2.5, Float.leastNonzeroMagnitude])
    #expect(try read(file(header: header)) == expected)
    #expect(try read(file(header: header, version: [2, 0])) == expected)
  }

  @Test(arguments: [
    "", "{", "{}", "[]", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)",
    "{'descr': '<f4', 'fortran_order': False}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 3)}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), 'more': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, -3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 99999999999999999999)}",
    "{'descr': '<f4, 'fortran_order': False, 'shape': (1, 3)}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 3)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)} x",
  ])
  func refusesMalformedHeaders(header: String) {
    #expect(throws: NumPyError.malformedHeader) { try read(file(header: header)) }
  }

  @Test func refusesOtherArrays() {
    func header(_ descr: String, _ order: String, _ shape: String) -> [UInt8] {
      file(header: "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape)}")
    }
    #expect(throws: NumPyError.unsupportedType("<f8")) { try read(header("<f8", "False", "(1, 3)")) }
    #expect(throws: NumPyError.unsupportedType(">f4")) { try read(header(">f4", "False", "(1, 3)")) }
    #expect(throws: NumPyError.fortranOrder) { try read(header("<f4", "True", "(1, 3)")) }
    #expect(throws: NumPyError.unsupportedShape([3])) { try read(header("<f4", "False", "(3,)")) }
    #expect(throws: NumPyError.unsupportedShape([])) { try read(header("<f4", "False", "()")) }
    let huge = Int.max / 2
    #expect(throws: NumPyError.unsupportedShape([huge, 3])) {
      try read(header("<f4", "False", "(\(huge), 3)"))
    }
    #expect(throws: NumPyError.wrongLength(expected: 16, found: 12)) {
      try read(header("<f4", "False", "(1, 4)"))
    }
    #expect(throws: NumPyError.wrongLength(expected: 12, found: 13)) { try read(file + [0]) }
  }

  @Test func refusesWhatIsCutOrForeign() {
    for length in 0..<10 {
      #expect(throws: NumPyError.notNumPy) { try read(Array(file[..<length])) }
    }
    for length in 10..<128 {
      #expect(throws: NumPyError.malformedHeader) { try read(Array(file[..<length])) }
    }
    for length in 128..<140 {
      #expect(throws: NumPyError.wrongLength(expected: 12, found: length - 128)) {
        try read(Array(file[..<length]))
      }
    }
    #expect(throws: NumPyError.unsupportedVersion(major: 3, minor: 0)) {
      try read(file(header: "{}", version: [3, 0]))
    }
    #expect(throws: NumPyError.notNumPy) { try read(Array("PK\u{3}\u{4}".utf8) + file) }
  }
}
