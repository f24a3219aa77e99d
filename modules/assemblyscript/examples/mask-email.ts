// Masks columns that hold e-mail addresses (ann@example.com: a***@example.com) and drops the rows of test accounts.
// config: columns, default ["email"]; test_domains, default ["test.example"].
import { module } from "../sdk/exports";
import { Batch, Bytes, Fault, Json, Kind, Opened, Schema, Transform } from "../sdk/rapidbyte";
export * from "../sdk/exports";

class MaskEmail extends Transform {
  constructor(private columns: string[], private testDomains: string[]) {
    super();
  }

  schema(schema: Schema): Fault | null {
    for (let i = 0; i < this.columns.length; i++) {
      const field = schema.field(this.columns[i]);
      if (!field || field.type.kind != Kind.Utf8) return new Fault("no-such-column", "the stream has no text column: " + this.columns[i]);
      schema.recompute(this.columns[i]);
      schema.reads(this.columns[i]);
    }
    return null;
  }

  batch(batch: Batch): Fault | null {
    for (let i = 0; i < this.columns.length; i++) {
      const emails = batch.input(this.columns[i])!;
      const masked = batch.output(this.columns[i]);
      for (let row = 0; row < batch.rows; row++) {
        if (emails.isNull(row)) {
          masked.putNull();
          continue;
        }
        const email = emails.bytes(row);
        const at = email.lastIndexOf(64);
        if (at < 1) masked.putText("***");
        else masked.putText(email.part(0, firstCharacter(email, at)).toString() + "***" + email.part(at, email.length).toString());
        if (at >= 0 && !batch.isDelete(row) && this.isTest(email.part(at + 1, email.length))) batch.drop(row);
      }
    }
    return null;
  }

  private isTest(domain: Bytes): bool {
    for (let i = 0; i < this.testDomains.length; i++) {
      if (domain.toString().toLowerCase() == this.testDomains[i].toLowerCase()) return true;
    }
    return false;
  }
}

/** How many bytes the first character has, of those before `end`. */
function firstCharacter(text: Bytes, end: i32): i32 {
  let i = 1;
  while (i < end && (text.get(i) & 0xc0) == 0x80) i++;
  return i;
}

module((config: Json): Opened => {
  const columns = config.get("columns").strings();
  const testDomains = config.get("test_domains").strings();
  return Opened.as(new MaskEmail(columns ? columns : ["email"], testDomains ? testDomains : ["test.example"]));
});
