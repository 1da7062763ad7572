import Conversion
import Foundation
import KoQuant
import Testing

@Suite struct CalibrationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String) throws -> Calibration {
    try folder.write(text, "calibration.txt")
    return try Calibration(path: folder.file("calibration.txt"))
  }

  @Test func oneSentenceALine() throws {
    let calibration = try read("하나\r\n\ntwo\nthree")
    #expect(calibration.count == 3 && calibration.source == "calibration.txt")
    // Line ends and empty lines are not part of what was used.
    #expect(try read("하나\ntwo\n\nthree\n").sha256 == calibration.sha256)
    #expect(try read("하나\ntwo three").sha256 != calibration.sha256)
  }

  @Test(arguments: [
    ("", CalibrationError.Reason.empty), ("\n\n", .empty), ("\n\nonly\n", .single(line: 3)),
    ("same\nsame\n\nsame", .identical(lines: 3)),
  ])
  func textsThatTellNothingAreRefused(text: String, reason: CalibrationError.Reason) throws {
    let error = #expect(throws: CalibrationError.self) { try read(text) }
    #expect(error?.reason == reason)
    #expect(error?.description.contains("calibration.txt: ") == true)
  }

  @Test func theLineThatIsNotTextIsNamed() throws {
    try folder.write(Data([0x61, 0x0A, 0x0A, 0x62, 0xFF, 0x0A]), "bytes.txt")
    let error = #expect(throws: CalibrationError.self) { try Calibration(path: folder.file("bytes.txt")) }
    #expect(error?.reason == .notUTF8(line: 3))
    #expect(error?.description.contains("line 3 is not UTF-8") == true)
    let long = "short\n" + String(repeating: "x", count: (1 << 20) + 1)
    #expect(throws: CalibrationError.self) { try read(long) }
  }

  @Test func theBuiltInTextHasManyDifferentSentences() {
    #expect(Calibration.builtIn.count > 300 && Calibration.builtIn.source == "built-in")
  }

  @Test func recipeAndCalibrationAreInTheProvenance() throws {
    let checkpoint = try TinyCheckpoint()
    let calibration = try read("a b\nc d\n")
    var files: [[UInt8]] = []
    for recipe in Recipe.Name.allCases {
      let path = folder.file("model.koq")
      let report = try checkpoint.open {
        try Converter.convert($0, to: path, options: .init(recipe: recipe, calibration: calibration))
      }
      #expect(report.recipe == recipe && report.calibration == calibration)
      #expect(report.matrices.allSatisfy { $0.usesErrorFeedback == (recipe != .fast) })
      let file = try KoqFile(path: path)
      let entry = try file.requiredSection(named: .provenance)
      let buffer = try AlignedBuffer(byteCount: entry.rawLength)
      try file.decode(entry, into: buffer.bytes, using: SectionDecoder())
      let text = String(decoding: buffer.bytes, as: UTF8.self)
      #expect(text.contains("\"\(recipe.rawValue)\"") && text.contains(calibration.sha256))
      files.append(Array(try folder.read("model.koq")))
    }
    #expect(Set(files).count == 3)
  }
}
