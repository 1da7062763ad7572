extension KoqError {
  /// "FILE: section NAME at byte OFFSET: what is wrong; what to do", without a full stop.
  public var message: String {
    if case .system(let error) = reason { return error.message }
    var text = path.utf8.isEmpty ? "" : path + ": "
    if !section.isNone { text += "section " + section.string }
    if offset >= 0 { text += (section.isNone ? "" : " ") + "at byte \(offset)" }
    if !section.isNone || offset >= 0 { text += ": " }
    let advice = reason.advice
    return text + reason.what + (advice.utf8.isEmpty ? "" : "; " + advice)
  }
}

extension KoqError.Reason {
  /// What is wrong.
  public var what: String {
    switch self {
    case .system(let error): error.message
    case .empty: "the file is empty"
    case .notKoq: "not a .koq file"
    case .convertedAsText: "the file was damaged by a transfer that treated it as text"
    case .newerVersion(let major): "version \(major) of the format; this program reads version 1"
    case .unsupportedFlags(let flags): "the file needs features that this program lacks (flags \(flags))"
    case .truncated(let expected, let actual): "truncated: \(actual) bytes of \(expected)"
    case .trailingBytes(let expected, let actual):
      "\(actual - expected) bytes too many (\(actual), not \(expected))"
    case .damagedHeader: "the header does not match its hash"
    case .damagedTable: "the section table does not match its hash"
    case .invalidHeader(let field): "invalid header: \(field.text)"
    case .misalignedMemory: "the bytes do not start at a multiple of 64"
    case .invalidEntry(let field): "invalid section table: \(field.text)"
    case .unsupportedKind(let kind): "the file needs a kind of section that this program lacks (\(kind))"
    case .missingSection: "missing"
    case .damagedSection: "the bytes do not match their hash"
    case .invalidBlockIndex: "the index of its blocks is invalid"
    case .notDecodable: "the compressed bytes cannot be decoded"
    case .implausiblyCompressed: "it would decode to more than 1024 times its size"
    case .invalidContents(let field): "invalid contents: \(field.text)"
    case .notInPlace: "it is compressed or the file is not mapped, so it has no bytes in place"
    case .compressed: "its weights are compressed and cannot be used in place"
    case .changed: "the file was changed while it was in use"
    case .noBlocks: "it is not divided into blocks"
    case .outOfRange: "there are no such rows"
    case .wrongBufferSize(let expected): "the buffer given does not have \(expected) bytes"
    }
  }

  /// What the user can do; empty when that is plain or not theirs to do.
  public var advice: String {
    switch self {
    case .newerVersion, .unsupportedFlags, .unsupportedKind:
      "use a newer koquant, or convert the checkpoint with this one"
    case .convertedAsText: "copy it again in binary mode"
    case .empty, .truncated, .trailingBytes, .damagedHeader, .damagedTable, .damagedSection, .notDecodable,
      .invalidBlockIndex:
      "copy it again from its source, or convert the checkpoint again"
    case .notKoq: "make one with `koquant convert`"
    case .missingSection, .invalidContents, .invalidHeader, .invalidEntry, .implausiblyCompressed:
      "convert the checkpoint again"
    case .compressed: "make a stored file with `koquant unpack`, or choose another residency"
    case .changed: "start again with the new file; replace model files by renaming, not by writing into them"
    default: ""
    }
  }
}
